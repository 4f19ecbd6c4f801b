// Reference operator: makes for each PystolAction the writes that it is told, as an operator on client-go would.
//
// Tuned as client-go's documentation advises: no client-side rate limit (the server has priority and fairness), 32 workers on a
// rate-limited queue that holds a key once, shared informers without managedFields, protobuf for built-in types.
package main

import (
	"context"
	"flag"
	"log"
	"os/signal"
	"sync"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
)

const (
	runsNamespace = "pystol-runs"
	ours          = "app.kubernetes.io/managed-by=pystol"
	workers       = 32
)

var (
	actionsType = schema.GroupVersionResource{Group: "pystol.org", Version: "v1alpha1", Resource: "pystolactions"}
	rolesType   = schema.GroupVersionResource{Group: "pystol.org", Version: "v1alpha1", Resource: "pystolroles"}
	runsType    = schema.GroupVersionResource{Group: "pystol.org", Version: "v1alpha1", Resource: "pystolruns"}
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the kubeconfig of the account to work under")
	writesFile := flag.String("writes", "", "the writes for one action, as JSON")
	actionsField := flag.String("actions-field-selector", "", "which actions to watch")
	flag.Parse()
	if err := run(*kubeconfig, *writesFile, *actionsField); err != nil {
		log.Fatal(err)
	}
}

func run(kubeconfig, writesFile, actionsField string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	writes, err := loadWrites(writesFile)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	operator, err := newOperator(config, writes, actionsField)
	if err != nil {
		return err
	}
	return operator.run(ctx)
}

type operator struct {
	clients    clients
	writes     []write
	queue      workqueue.TypedRateLimitingInterface[string]
	actions    cache.SharedIndexInformer
	roles      cache.SharedIndexInformer
	runs       cache.SharedIndexInformer
	namespaces cache.SharedIndexInformer
	jobs       cache.SharedIndexInformer
	pods       cache.SharedIndexInformer
	// The UIDs of the actions for which all was written: what the caches do not know yet is not written again.
	done sync.Map
}

func newOperator(config *rest.Config, writes []write, actionsField string) (*operator, error) {
	custom, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	protobuf := rest.CopyConfig(config)
	protobuf.ContentType = "application/vnd.kubernetes.protobuf"
	protobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	builtin, err := kubernetes.NewForConfig(protobuf)
	if err != nil {
		return nil, err
	}
	selectActions := func(options *metav1.ListOptions) { options.FieldSelector = actionsField }
	selectOurs := func(options *metav1.ListOptions) { options.LabelSelector = ours }
	everywhere := dynamicinformer.NewFilteredDynamicSharedInformerFactory(custom, 0, "", nil)
	selected := dynamicinformer.NewFilteredDynamicSharedInformerFactory(custom, 0, "", selectActions)
	inRuns := dynamicinformer.NewFilteredDynamicSharedInformerFactory(custom, 0, runsNamespace, nil)
	core := informers.NewSharedInformerFactory(builtin, 0)
	workloads := informers.NewSharedInformerFactoryWithOptions(builtin, 0,
		informers.WithNamespace(runsNamespace), informers.WithTweakListOptions(selectOurs))
	made := &operator{
		clients: clients{custom: custom, builtin: builtin},
		writes:  writes,
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.DefaultTypedItemBasedRateLimiter[string]()),
		actions:    selected.ForResource(actionsType).Informer(),
		roles:      everywhere.ForResource(rolesType).Informer(),
		runs:       inRuns.ForResource(runsType).Informer(),
		namespaces: core.Core().V1().Namespaces().Informer(),
		jobs:       workloads.Batch().V1().Jobs().Informer(),
		pods:       workloads.Core().V1().Pods().Informer(),
	}
	return made, made.connect()
}

func (o *operator) informers() []cache.SharedIndexInformer {
	return []cache.SharedIndexInformer{o.actions, o.roles, o.runs, o.namespaces, o.jobs, o.pods}
}

// connect trims what comes in, and adds the key of the action that an event belongs to.
func (o *operator) connect() error {
	for _, informer := range o.informers() {
		if err := informer.SetTransform(stripManagedFields); err != nil {
			return err
		}
	}
	if _, err := o.actions.AddEventHandler(handler(func(object metav1.Object) {
		o.queue.Add(object.GetNamespace() + "/" + object.GetName())
	})); err != nil {
		return err
	}
	owner := handler(func(object metav1.Object) {
		name := object.GetName()
		if len(name) > len("pa-")+36 {
			name = name[:len("pa-")+36]
		}
		if run, ok := cached(o.runs, runsNamespace+"/"+name); ok {
			namespace, _, _ := unstructured.NestedString(run.Object, "spec", "action", "namespace")
			action, _, _ := unstructured.NestedString(run.Object, "spec", "action", "name")
			o.queue.Add(namespace + "/" + action)
		}
	})
	for _, informer := range []cache.SharedIndexInformer{o.runs, o.jobs, o.pods} {
		if _, err := informer.AddEventHandler(owner); err != nil {
			return err
		}
	}
	return nil
}

func stripManagedFields(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

func handler(add func(metav1.Object)) cache.ResourceEventHandler {
	see := func(object any) {
		if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = tombstone.Obj
		}
		if accessor, err := meta.Accessor(object); err == nil {
			add(accessor)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    see,
		UpdateFunc: func(_, object any) { see(object) },
		DeleteFunc: see,
	}
}

func cached(informer cache.SharedIndexInformer, key string) (*unstructured.Unstructured, bool) {
	object, exists, err := informer.GetStore().GetByKey(key)
	if err != nil || !exists {
		return nil, false
	}
	return object.(*unstructured.Unstructured), true
}

func (o *operator) run(ctx context.Context) error {
	var synced []cache.InformerSynced
	for _, informer := range o.informers() {
		go informer.RunWithContext(ctx)
		synced = append(synced, informer.HasSynced)
	}
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return ctx.Err()
	}
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for o.next(ctx) {
			}
		})
	}
	<-ctx.Done()
	o.queue.ShutDown()
	working.Wait()
	return nil
}

func (o *operator) next(ctx context.Context) bool {
	key, shutdown := o.queue.Get()
	if shutdown {
		return false
	}
	defer o.queue.Done(key)
	if err := o.reconcile(ctx, key); err != nil {
		log.Printf("reconcile of %s failed: %v", key, err)
		o.queue.AddRateLimited(key)
		return true
	}
	o.queue.Forget(key)
	return true
}

func (o *operator) reconcile(ctx context.Context, key string) error {
	action, ok := cached(o.actions, key)
	if !ok {
		return nil
	}
	uid := string(action.GetUID())
	if _, isDone := o.done.Load(uid); isDone {
		return nil
	}
	_, hasJob, err := o.jobs.GetStore().GetByKey(runsNamespace + "/pa-" + uid)
	if err != nil || hasJob {
		return err
	}
	role, _, _ := unstructured.NestedString(action.Object, "spec", "role")
	if _, ok := cached(o.roles, role); !ok {
		return nil
	}
	namespace, exists, err := o.namespaces.GetStore().GetByKey(action.GetNamespace())
	if err != nil || !exists || namespace.(*corev1.Namespace).Labels["pystol.org/enabled"] != "true" {
		return err
	}
	if err := o.clients.writeAll(ctx, o.writes, action); err != nil {
		return err
	}
	o.done.Store(uid, struct{}{})
	return nil
}
