package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
)

// A write for one action, with the marks {uid}, {name}, {resourceVersion} and {runUid} where they differ between actions.
type write struct {
	Method      string          `json:"method"`
	Group       string          `json:"group"`
	Version     string          `json:"version"`
	Resource    string          `json:"resource"`
	Namespace   string          `json:"namespace"`
	Name        string          `json:"name"`
	Subresource string          `json:"subresource"`
	ContentType string          `json:"contentType"`
	Manager     string          `json:"fieldManager"`
	Body        json.RawMessage `json:"body"`

	object map[string]any
	job    *batchv1.Job
}

func loadWrites(file string) ([]write, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var writes []write
	if err := json.Unmarshal(text, &writes); err != nil {
		return nil, fmt.Errorf("%s holds no writes: %w", file, err)
	}
	for i := range writes {
		one := &writes[i]
		if one.isNewJob() {
			one.job = &batchv1.Job{}
			err = json.Unmarshal(one.Body, one.job)
		} else {
			err = json.Unmarshal(one.Body, &one.object)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: body of write %d: %w", file, i, err)
		}
	}
	return writes, nil
}

func (w *write) isNewJob() bool { return w.Resource == "jobs" && w.Method == "POST" }

type clients struct {
	custom  dynamic.Interface
	builtin kubernetes.Interface
}

// writeAll does the writes in their order. What exists already was written before.
func (c clients) writeAll(ctx context.Context, writes []write, action *unstructured.Unstructured) error {
	values := []string{
		"{uid}", string(action.GetUID()),
		"{name}", action.GetName(),
		"{resourceVersion}", action.GetResourceVersion(),
	}
	for i := range writes {
		answer, err := c.write(ctx, &writes[i], strings.NewReplacer(values...))
		if err != nil && !errors.IsAlreadyExists(err) {
			return err
		}
		if writes[i].Resource == runsType.Resource && answer != nil {
			values = append(values, "{runUid}", string(answer.GetUID()))
		}
	}
	return nil
}

func (c clients) write(ctx context.Context, w *write, fill *strings.Replacer) (metav1.Object, error) {
	if w.isNewJob() {
		options := metav1.CreateOptions{FieldManager: w.Manager}
		return c.builtin.BatchV1().Jobs(w.Namespace).Create(ctx, filledJob(w.job, fill), options)
	}
	resource := c.custom.Resource(schema.GroupVersionResource{
		Group: w.Group, Version: w.Version, Resource: w.Resource,
	}).Namespace(w.Namespace)
	body := filled(w.object, fill).(map[string]any)
	var subresources []string
	if w.Subresource != "" {
		subresources = append(subresources, w.Subresource)
	}
	if w.Method == "POST" {
		options := metav1.CreateOptions{FieldManager: w.Manager}
		return object(resource.Create(ctx, &unstructured.Unstructured{Object: body}, options, subresources...))
	}
	name := fill.Replace(w.Name)
	if w.ContentType == "application/apply-patch+yaml" {
		options := metav1.ApplyOptions{FieldManager: w.Manager, Force: true}
		return object(resource.Apply(ctx, name, &unstructured.Unstructured{Object: body}, options, subresources...))
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	options := metav1.PatchOptions{FieldManager: w.Manager}
	return object(resource.Patch(ctx, name, types.PatchType(w.ContentType), text, options, subresources...))
}

// object keeps a nil pointer from becoming an interface that is not nil.
func object(answer *unstructured.Unstructured, err error) (metav1.Object, error) {
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func filled(value any, fill *strings.Replacer) any {
	switch value := value.(type) {
	case string:
		if !strings.Contains(value, "{") {
			return value
		}
		return fill.Replace(value)
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, entry := range value {
			copied[key] = filled(entry, fill)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, entry := range value {
			copied[i] = filled(entry, fill)
		}
		return copied
	default:
		return value
	}
}

func filledJob(template *batchv1.Job, fill *strings.Replacer) *batchv1.Job {
	job := template.DeepCopy()
	fillMeta(&job.ObjectMeta, fill)
	fillMeta(&job.Spec.Template.ObjectMeta, fill)
	for _, containers := range [][]corev1.Container{
		job.Spec.Template.Spec.InitContainers, job.Spec.Template.Spec.Containers,
	} {
		for _, container := range containers {
			for i := range container.Env {
				container.Env[i].Value = fill.Replace(container.Env[i].Value)
			}
		}
	}
	return job
}

func fillMeta(of *metav1.ObjectMeta, fill *strings.Replacer) {
	of.Name = fill.Replace(of.Name)
	for _, values := range []map[string]string{of.Labels, of.Annotations} {
		for key, value := range values {
			values[key] = fill.Replace(value)
		}
	}
	for i := range of.OwnerReferences {
		owner := &of.OwnerReferences[i]
		owner.Name = fill.Replace(owner.Name)
		owner.UID = types.UID(fill.Replace(string(owner.UID)))
	}
}
