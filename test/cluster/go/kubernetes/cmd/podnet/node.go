package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
)

const (
	resyncPeriod     = 10 * time.Second
	configurationDir = "/etc/cni/net.d"
	configuration    = "10-podnet.conflist"
)

type object = map[string]any

// connectNode makes a node's pods reachable: this node's own through CNI, another's by a route.
// A node that has no pod range or address yet is left for its next update.
func connectNode(node *corev1.Node, self string) error {
	_, podRange, err := net.ParseCIDR(node.Spec.PodCIDR)
	if err != nil {
		return nil
	}
	if node.Name == self {
		return writeConfiguration(podRange)
	}
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return netlink.RouteReplace(&netlink.Route{Dst: podRange, Gw: net.ParseIP(address.Address)})
		}
	}
	return nil
}

// writeConfiguration appears whole or not at all: the container runtime reads the folder at any time.
func writeConfiguration(podRange *net.IPNet) error {
	file := filepath.Join(configurationDir, configuration)
	wanted, err := json.MarshalIndent(conflist(podRange.String()), "", "  ")
	if err != nil {
		return err
	}
	if present, err := os.ReadFile(file); err == nil && string(present) == string(wanted) {
		return nil
	}
	half := filepath.Join(configurationDir, "."+configuration)
	if err := os.WriteFile(half, wanted, 0o644); err != nil {
		return fmt.Errorf("write the CNI configuration: %w", err)
	}
	return os.Rename(half, file)
}

// conflist: https://www.cni.dev/docs/spec/#section-1-network-configuration-format
func conflist(subnet string) object {
	return object{
		"cniVersion": "0.4.0",
		"name":       "podnet",
		"plugins": []object{
			{
				"type":   "ptp",
				"ipMasq": true,
				"ipam": object{
					"type":    "host-local",
					"dataDir": "/run/podnet",
					"ranges":  [][]object{{{"subnet": subnet}}},
					"routes":  []object{{"dst": "0.0.0.0/0"}},
				},
			},
			{"type": "portmap", "capabilities": object{"portMappings": true}},
		},
	}
}
