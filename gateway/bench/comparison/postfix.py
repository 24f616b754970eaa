"""Postfix, in two parts: as a relay that is compared, and as the real server behind the proxies."""

import os
import shutil
import subprocess
import tempfile

from . import load, peers, processes

MAIN = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
multi_instance_directories =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
local_header_rewrite_clients =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = 0
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtp_dns_support_level = disabled
smtp_host_lookup = native
biff = no
in_flow_delay = 0
default_process_limit = 400
"""

SERVICES = """
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 1 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
discard   unix - - n - - discard
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
"""

AUTH = """
base_dir = {folder}/auth
state_dir = {folder}/auth-state
log_path = {folder}/auth.log
protocols =
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
disable_plaintext_auth = no
default_client_limit = 2000
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}
}}
service auth {{
  inet_listener {{
    port = {port}
    address = 127.0.0.1
  }}
}}
"""


class Instance:
    """One Postfix in the foreground, apart from the system's own."""

    def __init__(self, folder, settings, services, queue=None):
        self._etc = os.path.join(folder, "etc")
        queue = queue or os.path.join(folder, "queue")
        for path in (self._etc, queue, os.path.join(folder, "data")):
            os.makedirs(path, exist_ok=True)
        subprocess.run(["chown", "postfix", os.path.join(folder, "data")], check=True)
        with open(os.path.join(self._etc, "main.cf"), "w") as main:
            main.write(MAIN.format(folder=folder, queue=queue) + settings)
        with open(os.path.join(self._etc, "master.cf"), "w") as master:
            master.write(SERVICES + services)
        self.log = os.path.join(folder, "log")
        self.process = processes.start(["postfix", "-c", self._etc, "start-fg"], self.log)

    def stop(self):
        subprocess.run(
            ["postfix", "-c", self._etc, "stop"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        processes.stop(self.process)


class Relay(peers.Peer):
    """Postfix with a queue on disk: it answers for each message itself, and sends it on after that. Dovecot, whose CPU
    time is counted, judges the logins."""

    name, title = "postfix", "Postfix relay"
    sessions_max = 300
    share = 0.2

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        auth_log = os.path.join(self.folder, "auth-log")
        self.write("users", f"{load.LOGIN}:{{PLAIN}}{load.PASSWORD}\n")
        auth = self.write("auth.conf", AUTH.format(folder=self.folder, port=self._spare))
        dovecot = processes.start(["dovecot", "-F", "-c", auth], auth_log)
        processes.await_port(self._spare, dovecot, auth_log)
        # Two instances of smtpd, of which the second sends all to the port with limits.
        settings = f"""
relayhost = [127.0.0.1]:{self.sink.port}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{self._spare}
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_cert_file = {self.settings.certificate}
smtpd_tls_key_file = {self.settings.key}
"""
        services = f"127.0.0.1:{self.plain} inet n - n - - smtpd\n"
        services += f"127.0.0.1:{self.tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
        self._instance = Instance(self.folder, settings, services)
        processes.await_port(self.plain, self._instance.process, self._instance.log)
        self.processes = [self._instance.process, dovecot]
        return self

    def stop(self):
        self._instance.stop()
        super().stop()


class Behind:
    """A Postfix for the proxies to send to, which throws away what it has taken into its queue.

    The queue lies in memory: it is Postfix' work that is measured, and not the file system's. An ext4 without a journal passes
    over the inodes of the last minutes' messages for each new file, which costs the more the faster messages come."""

    MEMORY = "/dev/shm"

    def __init__(self, settings):
        (self.port,) = processes.free_ports(1)
        folder = os.path.join(settings.folder, "postfix-behind")
        services = f"127.0.0.1:{self.port} inet n - n - - smtpd\n"
        self._queue = tempfile.mkdtemp(prefix="smtpgate-bench-", dir=self.MEMORY)
        self._instance = None
        try:
            os.chmod(self._queue, 0o755)
            self._instance = Instance(
                folder, "default_transport = discard:\nrelay_transport = discard:\n", services, self._queue)
            processes.await_port(self.port, self._instance.process, self._instance.log)
        except BaseException:
            self.stop()
            raise
        self.roots = [self._instance.process.pid]

    def stop(self):
        try:
            if self._instance:
                self._instance.stop()
        finally:
            shutil.rmtree(self._queue, ignore_errors=True)
