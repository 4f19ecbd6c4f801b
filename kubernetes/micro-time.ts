/**
 * A metav1.MicroTime, "2026-01-02T03:04:05.678000Z", as Leases and Events want it: with exactly six digits of the second, or the
 * API server refuses the object. https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#MicroTime
 */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
