# The callback plugin through which the runner learns what Ansible does: one JSON object a line on a file descriptor that
# no task inherits, so that what a role prints is never taken for an event. Standard library only.
# https://docs.ansible.com/ansible/latest/dev_guide/developing_plugins.html#callback-plugins

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: pystol_events
type: stdout
short_description: Tells Pystol's runner what Ansible does
description:
  - Writes one JSON object a line to the file descriptor that PYSTOL_EVENTS_FD names.
"""

# The runner cuts it shorter, once it has taken secrets out. It knows by the ellipsis where one may have been cut in two here.
TEXT_LIMIT = 65536


def plain(value):
    return value if isinstance(value, str) else json.dumps(value, default=str)


def text(value):
    """At most TEXT_LIMIT characters of it, as text."""
    string = plain(value)
    return string if len(string) <= TEXT_LIMIT else string[: TEXT_LIMIT - 1] + "…"


def end_of(value):
    """Its last TEXT_LIMIT characters at most, as text."""
    string = plain(value)
    return string if len(string) <= TEXT_LIMIT else "…" + string[1 - TEXT_LIMIT :]


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "pystol_events"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        descriptor = int(os.environ.pop("PYSTOL_EVENTS_FD"))
        os.set_inheritable(descriptor, False)
        self._events = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")

    def _emit(self, event, **fields):
        self._events.write(json.dumps({"event": event, **fields}, default=str) + "\n")
        self._events.flush()

    def _emit_result(self, event, result, **fields):
        returned = result.result if hasattr(result, "result") else result._result
        task = result.task if hasattr(result, "task") else result._task
        host = result.host if hasattr(result, "host") else result._host
        fields.update(host=host.get_name(), task=task.get_name(), action=str(task.action))
        if "msg" in returned:
            fields["msg"] = text(returned["msg"])
        if "pystol_verdict" in returned:
            fields["pystolVerdict"] = text(returned["pystol_verdict"])
        if "rc" in returned and event == "taskFailed":
            fields["exitCode"] = returned["rc"]
            fields["stderr"] = end_of(returned.get("stderr", ""))
        fields["changed"] = bool(returned.get("changed", False))
        self._emit(event, **fields)

    def v2_playbook_on_start(self, playbook):
        self._emit("playbookStarted")

    def v2_playbook_on_no_hosts_matched(self):
        self._emit("noHostsMatched")

    def v2_playbook_on_play_start(self, play):
        self._emit("playStarted", play=text(play.get_name()))

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._emit("taskStarted", task=text(task.get_name()))

    def v2_runner_on_ok(self, result):
        self._emit_result("taskOk", result)

    def v2_runner_on_skipped(self, result):
        self._emit_result("taskSkipped", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._emit_result("taskFailed", result, ignored=bool(ignore_errors))

    def v2_runner_on_unreachable(self, result):
        self._emit_result("hostUnreachable", result)

    def v2_runner_retry(self, result):
        self._emit_result("taskRetried", result)

    def v2_playbook_on_stats(self, stats):
        custom = stats.custom.get("_run", {})
        self._emit(
            "statistics",
            processed=sorted(stats.processed),
            failures=sum(stats.failures.values()),
            unreachable=sum(stats.dark.values()),
            results=dict(custom),
        )
