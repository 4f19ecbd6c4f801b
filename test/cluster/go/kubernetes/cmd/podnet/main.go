// Program podnet joins the pods of a test cluster's nodes into one network. On each node it
// writes the CNI configuration for the node's own range of pod addresses, and keeps a route to
// every other node's range. It does not enforce NetworkPolicy.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func main() {
	stopping, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(stopping, os.Getenv("NODE_NAME")); err != nil {
		log.Fatal(err)
	}
}

// run follows the cluster's nodes until ctx ends, and connects this one with each of them.
func run(ctx context.Context, self string) error {
	if self == "" {
		return errors.New("NODE_NAME is empty; it must name the node that this runs on")
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	// The resync mends what somebody else removed (a route that vanished with a link).
	factory := informers.NewSharedInformerFactory(client, resyncPeriod)
	connect := func(object any) {
		node, ok := object.(*corev1.Node)
		if !ok {
			return
		}
		if err := connectNode(node, self); err != nil {
			log.Printf("node %s: %v", node.Name, err)
		}
	}
	_, err = factory.Core().V1().Nodes().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    connect,
		UpdateFunc: func(_, current any) { connect(current) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}
