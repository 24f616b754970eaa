"""The sink and the driver: Java programs of this module, each in a process of its own."""

import glob
import json
import os
import subprocess
import urllib.request

from . import processes

LOGIN, PASSWORD = "bench", "bench-password"


def java(home):
    """The java of a JDK; of the PATH where none is given."""
    return os.path.join(home, "bin", "java") if home else "java"


def command(settings, main, *arguments):
    """What starts a program of this module."""
    jars = glob.glob(os.path.join(settings.bench, "target", "lib", "*.jar"))
    if not jars:
        raise processes.Failure(
            "the driver is not built: run  mvn -Pbench -DskipTests -pl gateway/bench -am package  in the checkout"
        )
    flags = ["-XX:+UseSerialGC", "-Xms256m", "-Xmx1g", "-Dio.netty.allocator.type=pooled"]
    return [java(None), *flags, "-cp", ":".join(jars), main, *map(str, arguments)]


class Sink:
    """The server behind. `port` takes all; `limited` has for each peer a port of its own, since connections that one of
    them keeps must not count for the next, with 50 connections and 25 ms for a message."""

    LIMITED_CONNECTIONS, LIMITED_MILLIS = 50, 25

    def __init__(self, settings, peers):
        self.port, self.control, *limited = processes.free_ports(2 + len(peers))
        self.limited = dict(zip(peers, limited))
        ports = ["--listen", self.port, "--control", self.control]
        for port in limited:
            ports += ["--listen", f"{port}:{self.LIMITED_CONNECTIONS}:{self.LIMITED_MILLIS}"]
        log = os.path.join(settings.folder, "sink.log")
        self._process = processes.start(command(settings, "org.smtpgate.bench.sink.Sink", *ports), log)
        processes.await_port(self.control, self._process, log)

    @property
    def pid(self):
        return self._process.pid

    def statistics(self):
        """Connections and what else happened since this was asked for last."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}/statistics", timeout=10) as answer:
            return json.load(answer)

    def close(self):
        processes.stop(self._process)


class Driver:
    """Runs of the driver."""

    def __init__(self, settings, sink):
        self._settings, self._sink = settings, sink
        self._log = os.path.join(settings.folder, "driver.log")

    def _start(self, port, verified, options):
        arguments = ["--port", port, "--login", f"{LOGIN}:{PASSWORD}"]
        if verified:
            arguments += ["--control", self._sink.control]
        for name, value in options.items():
            arguments.append("--" + name.replace("_", "-"))
            if value is not True:
                arguments.append(value)
        driver = command(self._settings, "org.smtpgate.bench.driver.Driver", *arguments)
        return processes.start(driver, self._log, None, subprocess.PIPE, subprocess.PIPE)

    def run(self, port, verified=True, **options):
        """One run to its end; what the driver printed."""
        return self.finish(self.start(port, verified, **options), 900)

    def start(self, port, verified=True, **options):
        """Starts a run; `finish` awaits its end."""
        return self._start(port, verified, options)

    def finish(self, process, longest):
        """Awaits the end of a run, for so many seconds; what the driver printed."""
        return self._result(process, *process.communicate(timeout=longest))

    def hold(self, port, **options):
        """Starts a run whose sessions are logged in and wait; `release` ends it."""
        process = self._start(port, False, {"hold": True, "messages": 0, **options})
        line = process.stdout.readline()
        if line.strip() != b"held":
            raise processes.Failure(f"the driver did not hold its sessions, see {self._log}")
        return process

    def release(self, process):
        """Ends a run that `hold` began; what the driver printed."""
        return self._result(process, *process.communicate(b"\n", timeout=300))

    def _result(self, process, out, _):
        if process.returncode != 0:
            raise processes.Failure(f"the driver ended with {process.returncode}, see {self._log}")
        return json.loads(out.splitlines()[-1])
