"""What is measured: each scenario is a load and the figure that is taken from it."""

import time

from . import logins, processes

MIB = 1 << 20
OURS = ("smtpgate", "smtpgate-openssl", "smtpgate-17", "smtpgate-base")
# Of the CPU time of a load: what compiling it may take for it to count as warm. Given up after so many loads.
COMPILED_SHARE, WARM_UPS_MAX = 0.02, 16
ALL = ("nginx", "haproxy", "dovecot", "postfix", *OURS)


def until_compiled(peer, load):
    """Repeats a load until a just-in-time compiler, where there is one, has little left to do."""
    for _ in range(WARM_UPS_MAX):
        before = peer.compiler_seconds(), processes.cpu_seconds(peer.roots)
        load()
        compiled, spent = peer.compiler_seconds() - before[0], processes.cpu_seconds(peer.roots) - before[1]
        if compiled <= COMPILED_SHARE * spent:
            return


class Load:
    """CPU time of the proxy for a load of the driver, per unit of what got through."""

    peers = ALL

    def __init__(self, name, title, unit, port, sessions, warm_up, per_unit, **options):
        self.name, self.title, self.unit = name, title, unit
        self._port, self._sessions, self._warm_up, self._per_unit = port, sessions, warm_up, per_unit
        self._options = options

    def warm_up(self, peer, driver, scale):
        sessions = max(1, round(self._warm_up * scale * peer.share))
        until_compiled(peer, lambda: self._load(peer, driver, sessions))

    def measure(self, peer, driver, scale):
        before = processes.settled_cpu_seconds(self._measured(peer))
        result = self._load(peer, driver, max(1, round(self._sessions * scale * peer.share)))
        cpu = processes.settled_cpu_seconds(self._measured(peer)) - before
        units = self._units(result)
        return {
            "value": cpu / units if units else None,
            "cpuSeconds": cpu,
            "sessionMillisP50": result["sessionMillis"]["p50"],
            "sessionMillisP99": result["sessionMillis"]["p99"],
            "resumed": result["resumed"],
            "failures": result["failures"],
            **_verdict(result),
        }

    def _measured(self, peer):
        return peer.roots

    def _load(self, peer, driver, sessions):
        return driver.run(getattr(peer, self._port), sessions=sessions, **self._options)

    def _units(self, result):
        done = result["sessionsDone"] if self._per_unit == "session" else result["acknowledged"]
        if self._per_unit == "GiB":
            return done * self._options["size"] / (1 << 30)
        return done / 1000


class Behind(Load):
    """CPU time of a real Postfix behind the proxy; only of proxies that do the login themselves."""

    peers = ("nginx", *OURS)

    def __init__(self, name, title, unit, behind, **arguments):
        super().__init__(name, title, unit, "postfix", **arguments)
        self._behind = behind

    def _measured(self, peer):
        return self._behind().roots

    def _load(self, peer, driver, sessions):
        # Postfix throws the messages away: what the clients were told is all there is to verify.
        return driver.run(peer.postfix, verified=False, sessions=sessions, **self._options)


class HalfLoad:
    """What a proxy adds to the time of a message when it has half as much to do as it can: the difference to the same load
    without a proxy, in an open loop. Driver and sink run before all else and the proxy before other programs, as if
    each had a machine of its own."""

    name, title = "S8", "S1's sessions, half as many a second as it can take"
    unit = "ms that it adds to the p99 of a message"
    peers = ("nginx", "haproxy", *OURS)
    # Of the open loop: more than are ever under way, unless a proxy stalls.
    CONCURRENCY = 1000

    def __init__(self, sessions, size):
        self._sessions, self._size = sessions, size

    def warm_up(self, peer, driver, scale):
        until_compiled(peer, lambda: self._closed(peer.plain, driver, scale))

    def measure(self, peer, driver, scale):
        for root in peer.roots:
            processes.prefer(root)
        most = self._closed(peer.plain, driver, scale)
        rate = most["sessionsDone"] / most["seconds"] / 2
        processes.prefer_event_loops(peer.sink.pid)
        try:
            direct = self._open(peer.sink.port, driver, scale, rate)
            result = self._open(peer.plain, driver, scale, rate)
        finally:
            processes.prefer_event_loops_no_more(peer.sink.pid)
        added = {at: result["messageMillis"][at] - direct["messageMillis"][at] for at in ("p50", "p99")}
        return {
            "value": added["p99"],
            "addedMillisP50": added["p50"],
            "directMillisP99": direct["messageMillis"]["p99"],
            "rate": rate,
            "sessionMillisP50": result["sessionMillis"]["p50"],
            "sessionMillisP99": result["sessionMillis"]["p99"],
            "failures": result["failures"],
            **_verdict(result),
        }

    def _closed(self, port, driver, scale):
        return driver.run(port, sessions=max(1, round(self._sessions * scale)), size=self._size)

    def _open(self, port, driver, scale, rate):
        sessions = max(1, round(self._sessions * scale))
        # As many again for the driver's own compilers, whose work is no proxy's.
        process = driver.start(port, sessions=2 * sessions, untimed=sessions, size=self._size, rate=rate,
                               concurrency=self.CONCURRENCY)
        processes.await_condition(
            lambda: processes.prefer_event_loops(process.pid) or process.poll() is not None, "the driver's event loop")
        return driver.finish(process, 900)


class Idle:
    """Memory of sessions that are logged in and silent; in a fresh process, warmed up by 300 of them."""

    name, title, unit = "S5", "idle sessions after AUTH, plaintext", "KiB of PSS each"
    peers = ALL
    port = "plain"
    fresh = True

    def warm_up(self, peer, driver, scale):
        driver.run(getattr(peer, self.port), sessions=300, **self._tls())

    def measure(self, peer, driver, scale):
        sessions = max(100, round(peer.sessions_max * scale)) if peer.sessions_max > 1000 else peer.sessions_max
        peer.collect()
        processes.settled_cpu_seconds(peer.roots)
        before = processes.pss_kib(peer.roots)
        run = driver.hold(getattr(peer, self.port), sessions=sessions, concurrency=64, **self._tls())
        processes.settled_cpu_seconds(peer.roots)
        uncollected = processes.pss_kib(peer.roots)
        peer.collect()
        after = processes.pss_kib(peer.roots)
        result = driver.release(run)
        done = result["sessionsDone"]
        return {
            "value": (after - before) / done if done else None,
            "uncollected": (uncollected - before) / done if done else None,
            "beforeMiB": before / 1024,
            "sessions": done,
            "failures": result["failures"],
            "sessionsFailed": result["sessionsFailed"],
        }

    def _tls(self):
        return {}


class IdleTls(Idle):
    """The same over TLS."""

    name, title = "S5t", "idle sessions after AUTH, implicit TLS"
    peers = ("nginx", "haproxy", *OURS)
    port = "tls"

    def _tls(self):
        return {"tls": "implicit"}


class Crowd:
    """Many clients before an upstream that allows few connections: how many messages it gets, and in what time."""

    name, title = "S6", "2,000 clients at once; upstream: 50 connections, 25 ms a message; idle 2 s, QUIT"
    unit = "s until the last of them (delivered)"
    peers = ("nginx", "haproxy", "dovecot", *OURS)

    def warm_up(self, peer, driver, scale):
        driver.run(peer.plain, sessions=2000, concurrency=500)

    def measure(self, peer, driver, scale):
        clients = 2000
        before = processes.settled_cpu_seconds(peer.roots)
        result = driver.run(peer.limited, sessions=clients, concurrency=clients, idle_millis=2000)
        cpu = processes.settled_cpu_seconds(peer.roots) - before
        # A server counts a connection until it has seen its end.
        time.sleep(1)
        verdict = _verdict(result)
        return {
            "value": verdict["lastReceivedSeconds"],
            "delivered": verdict["received"],
            "of": clients,
            "cpuSeconds": cpu,
            "failures": result["failures"],
            **verdict,
        }


def _verdict(result):
    verdict = result.get("verdict", {"lost": 0, "doubled": 0, "corrupt": 0})
    return {**verdict, "sessionsFailed": result["sessionsFailed"], "acknowledged": result["acknowledged"]}


def every(behind):
    """All scenarios in the order in which they run; `behind` starts the real Postfix where it is needed."""
    return [
        Load("S1", "connect, AUTH, one 4 KiB message, QUIT; plaintext", "CPU s per 1,000 sessions",
             "plain", 4000, 4000, "session", size=4096),
        Load("S2", "the same, implicit TLS, no resumption", "CPU s per 1,000 sessions",
             "tls", 2500, 2500, "session", size=4096, tls="implicit"),
        Load("S2r", "implicit TLS, each session resumes an earlier one's", "CPU s per 1,000 sessions",
             "tls", 2500, 2500, "session", size=4096, tls="implicit", resumption=True),
        Load("S3", "100 messages of 4 KiB a session, pipelined", "CPU s per 1,000 messages",
             "plain", 192, 192, "message", size=4096, messages=100, pipelining=True,
             concurrency=48),
        Load("S4", "10 MiB messages", "CPU s per GiB",
             "plain", 26, 26, "GiB", size=10 * MIB, messages=4, concurrency=4),
        Crowd(),
        Behind("S7", "CPU of a real Postfix behind, S1", "Postfix' CPU s per 1,000 messages", behind,
               sessions=1500, warm_up=1500, per_unit="message", size=4096),
        HalfLoad(sessions=4000, size=4096),
        Idle(),
        IdleTls(),
        logins.Storm(),
    ]
