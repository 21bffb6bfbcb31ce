"""Runs a command once for each file, and prints for each: seconds, peak KiB, exit code, file."""

import os
import resource
import sys
import time


def measure(command):
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        # No endless loop of the program may outlive the test.
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    return time.monotonic() - begin, usage.ru_maxrss, os.waitstatus_to_exitcode(status)


def main():
    command, files = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    for file in files:
        seconds, kib, code = measure([file if word == "{}" else word for word in command])
        print(f"{seconds:.3f}\t{kib}\t{code}\t{file}")


main()
