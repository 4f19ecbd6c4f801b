// Program kubernetes is every Kubernetes component in one file. Which one it is depends on the
// name that it is started under, so a symbolic link named kubectl makes it kubectl.
//
// One program instead of seven, because they share nearly all of their code: it is linked once,
// and an image or a cache holds it once.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	// Each component's own main package registers these: JSON logs, client and version metrics.
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"

	// Time zones for CronJobs, since an image need not have /usr/share/zoneinfo.
	_ "time/tzdata"
)

// servers log and exit by component-base's rules.
var servers = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-proxy":              proxy.NewProxyCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

// tools return their error for us to show.
var tools = map[string]func() error{
	"kubeadm": kubeadm.Run,
	"kubectl": func() error { return cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()) },
}

func main() {
	name := filepath.Base(os.Args[0])
	if newServer, ok := servers[name]; ok {
		os.Exit(cli.Run(newServer()))
	}
	runTool, ok := tools[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "no Kubernetes component is called %q; start this program under the name of one\n", name)
		os.Exit(2)
	}
	if err := runTool(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
