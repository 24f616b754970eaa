"""The proxies that are compared: what each is configured to do, and how it starts and ends."""

import os
import shutil
import subprocess

from . import load, processes

# Of load.PASSWORD: what costs least of all that is stored hashed. Not for real passwords.
CHEAP_HASH = "{SSHA256}zRoZI8CuJ76Tzky/ar1G5znpm+uQVPHuV35r46eBcUBwhaz1"


def make_certificate(folder):
    """A key and a self-signed certificate, of the kind that is used most."""
    certificate, key = os.path.join(folder, "tls.crt"), os.path.join(folder, "tls.key")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


class Peer:
    """One proxy. Every one has the ports `plain` and `tls`, to the sink, and `limited`, to the sink's limited port."""

    name = title = None
    # Of idle sessions: those that have a process for each session cannot hold thousands.
    sessions_max = 9000
    # Of a scenario's sessions: of what costs ten times as much a part will do, since figures are per unit.
    share = 1

    def __init__(self, settings, sink, postfix_port=None):
        self.settings, self.sink, self.postfix_port = settings, sink, postfix_port
        self.folder = os.path.join(settings.folder, self.name)
        self.plain, self.tls, self.limited, self.postfix, self._spare = processes.free_ports(5)
        self.processes = []

    @property
    def roots(self):
        return [process.pid for process in self.processes]

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        self.configure()
        log = os.path.join(self.folder, "log")
        self.processes = [processes.start(self.command(), log, self.environment())]
        processes.await_port(self.plain, self.processes[0], log)
        return self

    def configure(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def collect(self):
        """Asks for a garbage collection, where there is one."""

    def compiler_seconds(self):
        """CPU time that a just-in-time compiler has taken so far."""
        return 0

    def stop(self):
        for process in reversed(self.processes):
            processes.stop(process)
        self.processes = []

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path


class Nginx(Peer):
    """nginx' mail proxy. Its auth_http server is part of the sink's process, and its CPU time is not counted."""

    name, title = "nginx", "nginx mail"

    def configure(self):
        certificate, key = self.settings.certificate, self.settings.key
        auth = f"auth_http 127.0.0.1:{self.sink.control}/auth/"
        servers = [
            (self.plain, "", self.sink.port),
            (self.tls, f" ssl; ssl_certificate {certificate}; ssl_certificate_key {key}", self.sink.port),
            (self.limited, "", self.sink.limited[self.name]),
        ]
        if self.postfix_port:
            servers.append((self.postfix, "", self.postfix_port))
        blocks = "\n".join(
            f"    server {{ listen 127.0.0.1:{port}{tls}; protocol smtp; {auth}{behind}; }}"
            for port, tls, behind in servers
        )
        self.write(
            "nginx.conf",
            f"""
daemon off;
pid {self.folder}/pid;
error_log {self.folder}/error.log;
worker_processes auto;
worker_rlimit_nofile 20000;
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
events {{ worker_connections 19000; }}
mail {{
    server_name nginx.example.org;
    xclient off;
    proxy_pass_error_message on;
    smtp_auth plain;
    smtp_capabilities PIPELINING "SIZE 104857600" 8BITMIME ENHANCEDSTATUSCODES;
    ssl_protocols TLSv1.2 TLSv1.3;
{blocks}
}}
""",
        )

    def command(self):
        return ["nginx", "-e", f"{self.folder}/error.log", "-c", f"{self.folder}/nginx.conf"]


class Haproxy(Peer):
    """HAProxy, which passes bytes on and knows no SMTP: the login is the sink's."""

    name, title = "haproxy", "HAProxy tcp"

    def configure(self):
        with open(self.settings.certificate) as certificate, open(self.settings.key) as key:
            pem = self.write("both.pem", certificate.read() + key.read())
        sections = [
            ("plain", self.plain, "", self.sink.port),
            ("tls", self.tls, f" ssl crt {pem}", self.sink.port),
            ("limited", self.limited, "", self.sink.limited[self.name]),
        ]
        blocks = "\n".join(
            f"listen {name}\n  bind 127.0.0.1:{port}{tls}\n  server behind 127.0.0.1:{behind}\n"
            for name, port, tls, behind in sections
        )
        self.write(
            "haproxy.cfg",
            f"""
global
  maxconn 9500
  nbthread {os.cpu_count()}
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode tcp
  maxconn 9500
  timeout connect 10s
  timeout client 5m
  timeout server 5m
{blocks}
""",
        )

    def command(self):
        return ["haproxy", "-db", "-f", f"{self.folder}/haproxy.cfg"]


class Dovecot(Peer):
    """Dovecot's submission service, which relays each message while the client waits; a process for each session."""

    name, title = "dovecot", "Dovecot submission"
    sessions_max = 300
    share = 0.2

    def configure(self):
        mail = os.path.join(self.folder, "mail")
        os.makedirs(mail, exist_ok=True)
        os.chown(mail, 65534, 65534)
        self.write("users", f"{load.LOGIN}:{{PLAIN}}{load.PASSWORD}\n")
        self._write_instance("plain.conf", "run", self.sink.port, self.plain, self.tls)
        self._write_instance("limited.conf", "run2", self.sink.limited[self.name], self.limited, None)

    def _write_instance(self, name, run, behind, port, tls_port):
        tls = f"inet_listener submissions {{\n port = {tls_port or 0}\n ssl = yes\n address = 127.0.0.1\n}}"
        self.write(
            name,
            f"""
base_dir = {self.folder}/{run}
state_dir = {self.folder}/{run}-state
log_path = {self.folder}/{run}.log
listen = 127.0.0.1
protocols = submission
hostname = dovecot.example.org
first_valid_uid = 1
default_client_limit = 20000
default_process_limit = 3000
mail_location = maildir:{self.folder}/mail
mail_max_userip_connections = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{self.settings.certificate}
ssl_key = <{self.settings.key}
ssl_min_protocol = TLSv1.2
submission_relay_host = 127.0.0.1
submission_relay_port = {behind}
submission_max_mail_size = 0
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={self.folder}/mail
}}
service submission-login {{
  service_count = 0
  process_min_avail = {os.cpu_count()}
  inet_listener submission {{
    port = {port}
    address = 127.0.0.1
  }}
  {tls}
}}
""",
        )

    def start(self):
        super().start()
        log = os.path.join(self.folder, "log2")
        second = processes.start(["dovecot", "-F", "-c", f"{self.folder}/limited.conf"], log)
        self.processes.append(second)
        processes.await_port(self.limited, second, log)
        return self

    def command(self):
        return ["dovecot", "-F", "-c", f"{self.folder}/plain.conf"]


class Ours(Peer):
    """smtpgate as it is built and started, with all that is on by default: metrics, log lines, Received."""

    name, title = "smtpgate", "smtpgate"

    def __init__(self, settings, sink, postfix_port=None, gateway=None, java_home=None, options=""):
        super().__init__(settings, sink, postfix_port)
        self._gateway = gateway or settings.gateway
        self._java_home, self._options = java_home or settings.java_home, options

    def start(self):
        built = os.path.join(self._gateway, "app", "target", "smtpgate")
        if not os.path.isdir(os.path.join(built, "lib")):
            raise processes.Failure(f"there is no {built}/lib: build the gateway by  mvn -DskipTests package")
        # An installation of its own, so that a build meanwhile does not change what is measured.
        installation = os.path.join(self.folder, "installation")
        if not os.path.isdir(installation):
            shutil.copytree(built, installation)
            os.makedirs(os.path.join(installation, "bin"), exist_ok=True)
            shutil.copy(os.path.join(self._gateway, "bin", "smtpgate"), os.path.join(installation, "bin"))
        return super().start()

    def configure(self):
        tls = f"{{ mode: implicit, certificate: {self.settings.certificate}, key: {self.settings.key} }}"
        listeners = [
            ("plain", self.plain, None, "sink"),
            ("tls", self.tls, tls, "sink"),
            ("limited", self.limited, None, "limited"),
        ]
        upstreams = f'  sink: {{ endpoints: [ "127.0.0.1:{self.sink.port}" ] }}\n'
        upstreams += f'  limited: {{ endpoints: [ "127.0.0.1:{self.sink.limited[self.name]}" ], max-connections: 50 }}\n'
        if self.postfix_port:
            listeners.append(("postfix", self.postfix, None, "postfix"))
            upstreams += f'  postfix: {{ endpoints: [ "127.0.0.1:{self.postfix_port}" ] }}\n'
        blocks = "".join(
            f'  - {{ name: {name}, address: "127.0.0.1:{port}", hostname: gate.example.org, '
            + (f"tls: {encryption}, " if encryption else "")
            + f"auth: {{ backends: [ users ], allow-without-tls: true }}, route: {behind} }}\n"
            for name, port, encryption, behind in listeners
        )
        self.write("users.passwd", f"{load.LOGIN}:{CHEAP_HASH}\n")
        self.write(
            "smtpgate.yaml",
            f"listeners:\n{blocks}"
            "auth:\n  users: { plugin: htpasswd, format: passwd-file, file: users.passwd }\n"
            f"upstreams:\n{upstreams}"
            f'admin: {{ address: "127.0.0.1:{self._spare}" }}\n',
        )

    def command(self):
        return [f"{self.folder}/installation/bin/smtpgate", "run", "--config", f"{self.folder}/smtpgate.yaml"]

    def environment(self):
        home = {"JAVA_HOME": self._java_home} if self._java_home else {}
        return {**home, "SMTPGATE_JAVA_OPTS": self._options}

    def collect(self):
        self._jcmd("GC.run")

    def compiler_seconds(self):
        # The kernel cuts names of threads: "C2 CompilerThread0" among them.
        threads = processes.thread_seconds(self.roots[0])
        return sum(seconds for name, seconds in threads.items() if name.startswith(("C1 Compiler", "C2 Compiler")))

    def record(self, path, load):
        """A recording by JFR of what happens while `load` runs, as a file; and what its threads took, as another."""
        sampling = ("jdk.CPUTimeSample#enabled=true", "jdk.CPUTimeSample#throttle=1ms")
        self._jcmd("JFR.start", "name=bench", "settings=profile", *sampling)
        before = processes.thread_seconds(self.roots[0])
        try:
            load()
        finally:
            after = processes.thread_seconds(self.roots[0])
            self._jcmd("JFR.stop", "name=bench", f"filename={path}")
        spent = {name: after[name] - before.get(name, 0) for name in after}
        with open(f"{path}.threads", "w") as file:
            for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
                if seconds >= 0.01:
                    file.write(f"{seconds:8.2f} s  {name}\n")

    def _jcmd(self, *command):
        jcmd = os.path.join(self._java_home, "bin", "jcmd") if self._java_home else "jcmd"
        subprocess.run([jcmd, str(self.roots[0]), *command], check=True, stdout=subprocess.DEVNULL)


class OursOlder(Ours):
    """The same on another JDK."""

    name, title = "smtpgate-17", "smtpgate on JDK 17"


class OursOpenssl(Ours):
    """The same with OpenSSL's TLS on its listeners."""

    name, title = "smtpgate-openssl", "smtpgate with OpenSSL"


class OursBefore(Ours):
    """Another state of the same, from a checkout of its own."""

    name, title = "smtpgate-base", "smtpgate before"
