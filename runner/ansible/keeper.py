# Stands between the runner and ansible-playbook so that nothing that the role starts outlives the run:
#   keeper.py FIFO PROGRAM ARGUMENT...
# It is the reaper of all its descendants, also of those that left their process group or session. Once the program has
# ended it kills whatever is left and waits for it. SIGTERM is passed on to the program's group; when standard input ends
# (the runner says so, or is gone) everything is killed at once.
# File descriptor 3 goes to the program, whose PYSTOL_EVENTS_FD names it. On 4 it says how the program ended, as one line of
# JSON: {"code": N} or {"signal": N}. Why this is a program of its own: docs/decisions/runner-pid1.md.
# FIFO is made for the program's variables. Their text is the first line of standard input, as a JSON string; until it comes,
# the program waits for it and does nothing. So it can start before anybody knows what it is to do, and no file has them. The
# pipe is gone as soon as the program has opened it.

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def children():
    """The process IDs whose parent is this process."""
    own = os.getpid()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as stat:
                    fields = stat.read().rpartition(b")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            if int(fields[1]) == own:
                yield int(entry)


def kill_children():
    for process in children():
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            pass  # it ended meanwhile, or it is another user's: then nothing here can


def kill_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass  # all of it ended meanwhile


def reap_until(wanted):
    """Reaps children until `wanted` has ended; returns its wait status."""
    while True:
        process, status = os.wait()
        if process == wanted:
            return status


def kill_rest():
    """Kills children until there are none; those of the killed ones become ours, and are next."""
    while True:
        kill_children()
        try:
            os.wait()
        except ChildProcessError:
            return


def main():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("keeper.py: the kernel refused prctl(PR_SET_CHILD_SUBREAPER)")
    os.set_inheritable(4, False)
    fifo = sys.argv[1]
    os.mkfifo(fifo, 0o600)
    program = None
    is_terminated = False

    def terminate(*_):
        nonlocal is_terminated
        is_terminated = True
        if program:
            kill_group(program.pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, terminate)
    program = subprocess.Popen(
        sys.argv[2:],
        stdin=subprocess.DEVNULL,
        pass_fds=(3,),
        start_new_session=True,
        env={**os.environ, "PYSTOL_EVENTS_FD": "3"},
    )
    os.close(3)

    if is_terminated:  # while it was being started
        terminate()

    def hand_over(line):
        with open(fifo, "w", encoding="utf-8") as reader:
            # The program has it open now. Later it would look there for the source of a value that is wrong, to show it in its
            # message: on a pipe it would wait for ever, and a secret's source must not be shown.
            os.unlink(fifo)
            reader.write(json.loads(line))

    def watch_input():
        with os.fdopen(0, "rb", closefd=False) as given:
            line = given.readline()
            if line:
                # In a thread of its own: it waits for a program that may never read, and the end of input must be seen.
                threading.Thread(target=hand_over, args=(line,), daemon=True).start()
                given.read()
        # The program too, whose end then ends everything else; its group first, so that it starts nothing meanwhile.
        kill_group(program.pid, signal.SIGKILL)
        kill_children()

    threading.Thread(target=watch_input, daemon=True).start()
    status = reap_until(program.pid)
    kill_rest()
    code = os.waitstatus_to_exitcode(status)
    ending = {"code": code} if code >= 0 else {"signal": -code}
    os.write(4, json.dumps(ending).encode() + b"\n")


main()
