"""Processes of the comparison: how they start and end, what CPU time they took and what memory they hold."""

import os
import random
import signal
import socket
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Something of the comparison did not work; the text says what, where, and what to do."""


def _stat(pid):
    """The fields of /proc/PID/stat from the state on; None where there is no such process any more."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root):
    """The process and all that descend from it, by their ids."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found, left = [], [root]
    while left:
        pid = left.pop()
        found.append(pid)
        left.extend(children.get(pid, []))
    return found


def cpu_seconds(roots):
    """User and system time of whole trees, with that of children that have ended and were waited for."""
    ticks = 0
    for root in roots:
        for pid in tree(root):
            fields = _stat(pid)
            if fields:
                ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_PER_SECOND


def settled_cpu_seconds(roots, longest=15):
    """The same, once the trees have come to rest: as long as something is still cleaned up, it belongs to the load."""
    end = time.monotonic() + longest
    before = cpu_seconds(roots)
    while True:
        time.sleep(0.4)
        now = cpu_seconds(roots)
        if now - before < 0.015 or time.monotonic() > end:
            return now
        before = now


def thread_seconds(pid):
    """User and system time of a process' threads that live, by their names."""
    seconds = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        fields = _stat(f"{pid}/task/{thread}")
        if fields:
            with open(f"/proc/{pid}/task/{thread}/comm") as file:
                name = file.read().strip()
            seconds[name] = seconds.get(name, 0) + sum(int(field) for field in fields[11:13]) / TICKS_PER_SECOND
    return seconds


def pss_kib(roots):
    """Proportional set size of whole trees: a page that n processes share counts as 1/n in each."""
    kib = 0
    for root in roots:
        for pid in tree(root):
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    kib += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except (FileNotFoundError, ProcessLookupError, StopIteration):
                continue
    return kib


def rss_kib(pid):
    """Resident memory of a process; 0 if there is none."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmRSS:")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def free_ports(count):
    """Ports of loopback that nobody listens on, below those that the kernel gives to clients; others each time."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first_of_clients = int(file.read().split()[0])
    ports = []
    # Two comparisons at a time must not both find the same ones before they use them.
    first = first_of_clients - 1 - os.getpid() % 100 * (first_of_clients - 2000) // 100
    for port in range(first, 1024, -1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise Failure(f"there are no {count} free ports on 127.0.0.1")


def await_port(port, process, log, longest=60):
    """Waits until somebody listens; fails with the end of the log if the process ends before."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    with open(log, errors="replace") as file:
        raise Failure(f"nobody listens on port {port}; the end of {log}:\n{file.read()[-2000:]}")


def await_condition(condition, what, longest=10):
    """Waits until it holds."""
    end = time.monotonic() + longest
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: not there within {longest} s")
        time.sleep(0.01)


def start(command, log, environment=None, standard_input=None, standard_output=None):
    """Starts a process in a group of its own; what it says goes to the log."""
    with open(log, "ab") as file:
        return subprocess.Popen(
            command,
            stdin=standard_input or subprocess.DEVNULL,
            stdout=standard_output or file,
            stderr=file,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )


def stop(process, longest=20):
    """Asks a process to end, then makes it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def prefer(pid):
    """Has a process and its threads come before others of the machine, but not before one another."""
    try:
        with open(f"/proc/{pid}/autogroup", "w") as file:
            file.write("-20")
    except FileNotFoundError:
        # A kernel without groups of sessions: then each thread by itself.
        for one in tree(pid):
            for thread in os.listdir(f"/proc/{one}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), -20)


def prefer_event_loops(pid):
    """Has the event loops of a driver or a sink run before all else, as if they had a machine of their own; how many it has."""
    return _schedule_event_loops(pid, os.SCHED_FIFO, 1)


def prefer_event_loops_no_more(pid):
    _schedule_event_loops(pid, os.SCHED_OTHER, 0)


def _schedule_event_loops(pid, policy, priority):
    found = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/comm") as file:
                # The kernel cuts the names of threads: they are "multiThreadIoEventLoopGroup-2-1" and so on.
                if file.read().startswith("multiThreadIoEv"):
                    os.sched_setscheduler(int(thread), policy, os.sched_param(priority))
                    found += 1
    except (FileNotFoundError, ProcessLookupError):
        # A thread, or all of it, has ended meanwhile: who waits for its loops looks again.
        pass
    return found
