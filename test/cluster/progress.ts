/** Told the name of each phase as it begins: "Compile Kubernetes 1.34.4". */
export type Progress = (phase: string) => void;
