"""Logins at a rate that hashing cannot follow: what they cost the clients that are in already, and how they are answered."""

import json
import os
import re
import subprocess
import threading
import urllib.request

from . import load, peers, processes

# Of load.PASSWORD, by bcrypt of cost 10. All users have it: what a check costs is the same.
BCRYPT_HASH = "$2b$10$1FSsvevAteR0GdKjDM3IOOsrZBKgqnXqchZXvtsBhLJ6TXWuxD3sO"
# As many as get no second login while the first may still wait: a gateway may answer both at once.
USERS = 2000


class Gateway(peers.Ours):
    """A gateway of a few lines, before users whose passwords are kept as bcrypt."""

    name, title = "smtpgate-bcrypt", "smtpgate"

    def __init__(self, like):
        super().__init__(like.settings, like.sink, None, like._gateway, like._java_home, like._options)
        self.name = f"{like.name}-bcrypt"
        self.folder = os.path.join(like.settings.folder, self.name)

    def configure(self):
        self.write("users.htpasswd", "".join(f"user{number}:{BCRYPT_HASH}\n" for number in range(USERS)))
        self.write(
            "smtpgate.yaml",
            f'listeners:\n  - {{ name: plain, address: "127.0.0.1:{self.plain}", hostname: gate.example.org, '
            "auth: { backends: [ users ], allow-without-tls: true }, route: sink }\n"
            "auth:\n  users: { plugin: htpasswd, file: users.htpasswd }\n"
            f'upstreams:\n  sink: {{ endpoints: [ "127.0.0.1:{self.sink.port}" ] }}\n'
            f'admin: {{ address: "127.0.0.1:{self._spare}" }}\n',
        )

    def pending(self):
        """Logins that no backend has answered yet."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._spare}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(r"^smtpgate_auth_pending\{.*\} (\S+)$", text, re.MULTILINE))


class Storm:
    """NOOP's time without and with 200 logins a second; in a fresh process, warmed up by a third of it."""

    name, title = "L1", "NOOP of others during 200 bcrypt logins a second"
    unit = "ms until the reply, p99"
    peers = ("smtpgate", "smtpgate-openssl", "smtpgate-17", "smtpgate-base")

    LOGINS_PER_SECOND, NOOPS_PER_SECOND, SECONDS, WARM_UP_SECONDS = 200, 200, 30, 10

    def warm_up(self, peer, driver, scale):
        """Each round has a process of its own, and warms that up."""

    def measure(self, peer, driver, scale):
        gateway = Gateway(peer).start()
        processes.prefer(gateway.roots[0])
        try:
            self._storm(gateway, self.LOGINS_PER_SECOND, self.WARM_UP_SECONDS)
            seconds = max(5, round(self.SECONDS * scale))
            calm = self._storm(gateway, 0, seconds)
            storm = self._storm(gateway, self.LOGINS_PER_SECOND, seconds)
        finally:
            gateway.stop()
        return {"value": storm["noops"]["answeredMillis"]["p99"], "calm": calm, "storm": storm, "failures": {}}

    def _storm(self, gateway, logins_per_second, seconds):
        command = load.command(
            gateway.settings, "org.smtpgate.bench.logins.LoginStorm", "--port", gateway.plain,
            "--users", f"user:{USERS}:{load.PASSWORD}", "--logins-per-second", logins_per_second,
            "--noops-per-second", self.NOOPS_PER_SECOND, "--seconds", seconds)
        log = os.path.join(gateway.settings.folder, "login-storm.log")
        process = processes.start(command, log, None, subprocess.PIPE, subprocess.PIPE)
        watch = Watch(gateway, process.pid)
        if process.stdout.readline().strip() == b"begun":
            processes.prefer_event_loops(process.pid)
            watch.start()
            process.stdout.readline()
            watch.end()
        out, _ = process.communicate(timeout=300)
        if process.returncode != 0:
            raise processes.Failure(f"the login storm ended with {process.returncode}, see {log}")
        return {**json.loads(out.splitlines()[-1]), **watch.seen()}


class Watch:
    """What a gateway has pending while a storm lasts, and who had the cores meanwhile."""

    def __init__(self, gateway, driver):
        self._gateway, self._driver = gateway, driver
        self._pending, self._over = [], threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self):
        self._before = self._cpu()
        self._thread.start()

    def end(self):
        self._over.set()
        self._thread.join()
        self._after = self._cpu()

    def seen(self):
        gateway, driver, stolen, all_of_them = (after - before for before, after in zip(self._before, self._after))
        return {
            "pendingMax": max(self._pending, default=0),
            "pendingLast": self._pending[-1] if self._pending else 0,
            "cpuSeconds": {"gateway": gateway, "driver": driver, "others": all_of_them - gateway - driver,
                           "stolen": stolen},
        }

    def _look(self):
        while not self._over.wait(1):
            self._pending.append(self._gateway.pending())

    def _cpu(self):
        with open("/proc/stat") as file:
            user, nice, system, *_, stolen = map(int, file.readline().split()[1:9])
        return (processes.cpu_seconds(self._gateway.roots), processes.cpu_seconds([self._driver]),
                stolen / processes.TICKS_PER_SECOND, (user + nice + system) / processes.TICKS_PER_SECOND)
