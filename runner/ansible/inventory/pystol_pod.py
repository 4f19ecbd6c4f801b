# The inventory of a run: the runner's own pod, as localhost. Ansible reads its inventory before its variables, for which it waits
# (keeper.py); so this is the place to load, ahead of time, what every play needs: it takes as long as all else that is left.

from __future__ import annotations

from ansible.plugins import loader
from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = """
name: pystol_pod
short_description: The runner's own pod
description:
  - Has the one host localhost, and loads plugins ahead of time.
options: {}
"""


def load_ahead():
    for plugins in (loader.connection_loader, loader.shell_loader, loader.become_loader):
        list(plugins.all(class_only=True))
    for plugins in (loader.filter_loader, loader.test_loader):
        list(plugins.all())
    loader.strategy_loader.get("linear", class_only=True)
    import ansible.executor.task_executor  # noqa: F401


class InventoryModule(BaseInventoryPlugin):
    NAME = "pystol_pod"

    def verify_file(self, path):
        return True

    def parse(self, inventory, loader, path, cache=True):
        inventory.add_host("localhost")
        try:
            load_ahead()
        except Exception:
            pass  # Ansible loads it when it needs it, and then says what is wrong
