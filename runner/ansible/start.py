# Runs a Python program, such as ansible-playbook, so that it starts and ends sooner:
#   start.py PROGRAM ARGUMENT...
# Collecting garbage takes a seventh of Ansible's start, and there is next to none; and at the end the kernel frees the memory in
# no time, where Python would visit each object. The program's threads are waited for, what it registered for its end is done, and its
# exit code stays. A file that it left open is not flushed.

import atexit
import gc
import os
import runpy
import sys
import threading

RARELY = 100_000  # allocations between two collections of the youngest, which by default are 2,000


def leave(code):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # nobody reads it any more, or the program has closed it
    os._exit(code)


def main():
    gc.set_threshold(RARELY, *gc.get_threshold()[1:])
    sys.argv = sys.argv[1:]
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(sys.argv[0])
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            raise  # text, which Python itself prints
        threading._shutdown()
        atexit._run_exitfuncs()
        leave(end.code or 0)


main()
