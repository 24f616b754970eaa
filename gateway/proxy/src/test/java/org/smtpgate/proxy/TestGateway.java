package org.smtpgate.proxy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.proxy.authn.UpstreamBackend;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.GuessingMeters;
import org.smtpgate.proxy.net.EventLoops;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.routing.RoutingRule;
import org.smtpgate.proxy.upstream.AccessTokens;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Passthrough;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestIdentity;

/** A gateway on loopback for tests: one listener, one upstream, and a user {@code alice} whose password is {@code wonder}. */
public final class TestGateway implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "wonder";

    /** The default but for the probe at start, so that the upstream sees no connection that the test does not know of. */
    public static final UpstreamSettings.Health QUIET_HEALTH = new UpstreamSettings.Health(
            Duration.ZERO, Duration.ofSeconds(10), false, 3, Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final String LISTENER = "submission";
    /** Of its clients, for each reply. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Gateway gateway;
    private final PrometheusMeterRegistry registry;
    private Future<Void> stopped;

    private TestGateway(Builder builder) {
        vertx = EventLoops.vertx();
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        gateway =
                await(Gateway.start(vertx, builder.settings(), builder.backends, builder.tokens, guesses(), registry));
    }

    private Guesses guesses() {
        return new Guesses(GuessingSettings.DEFAULTS, new LocalBuckets(), new GuessingMeters(registry));
    }

    public static Builder inFrontOf(int... upstreamPorts) {
        return new Builder(upstreamPorts);
    }

    public int port() {
        return gateway.port(LISTENER);
    }

    public Gateway gateway() {
        return gateway;
    }

    /** A client that has said EHLO in the clear. */
    public SmtpClient client() {
        SmtpClient client = SmtpClient.connect(port()).timeout(PATIENCE);
        client.greet();
        return client;
    }

    /** See {@link Samples#sum}. */
    public double metric(String beginning, String... labels) {
        return Samples.sum(registry, beginning, labels);
    }

    public String scrape() {
        return registry.scrape();
    }

    /** Begins to stop it. */
    public void stop() {
        if (stopped == null) {
            stopped = gateway.stop();
        }
    }

    /** Stops it, and waits until it has. */
    public void awaitStop() {
        stop();
        await(stopped);
    }

    @Override
    public void close() {
        awaitStop();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What of the settings a test may want otherwise. */
    public static final class Builder {
        private final Map<String, Other> others = new LinkedHashMap<>();
        private final Map<String, AccessTokens> tokens = new LinkedHashMap<>();
        private List<RoutingRule> routes = List.of();
        private List<Endpoint> endpoints;
        private DnsSettings dns = DnsSettings.DEFAULTS;
        private UpstreamSettings.Balancing balancing = UpstreamSettings.Balancing.LEAST_CONNECTIONS;
        private UpstreamSettings.Health health = QUIET_HEALTH;
        private TlsMode clientTls = TlsMode.NONE;
        private TlsMode upstreamTls = TlsMode.NONE;
        private boolean trustsAnybody;
        private UpstreamSettings.Protocol protocol = UpstreamSettings.Protocol.SMTP;
        private UpstreamSettings.Trace trace = UpstreamSettings.Trace.NONE;
        private Pooling pooling = Pooling.TRANSACTION;
        private OnUpstreamClose onUpstreamClose = OnUpstreamClose.SAY_221;
        private Failover failover = Failover.ENVELOPE;
        private Limits limits = Limits.DEFAULTS;
        private BareNewline bareNewline = BareNewline.REJECT;
        private ListenerSettings.Auth auth = ListenerSettings.Auth.NONE;
        private ListenerSettings.Timeouts timeouts = ListenerSettings.Timeouts.DEFAULTS;
        private Pool pool = Pool.DEFAULTS;
        private UpstreamSettings.Timeouts upstreamTimeouts = UpstreamSettings.Timeouts.DEFAULTS;
        private UpstreamIdentity identity = new UpstreamIdentity.None();
        private UpstreamSettings.Introduction introduction = UpstreamSettings.Introduction.NONE;
        private TestIdentity clientCertificate;
        private Set<Ending> closeWith221 = EnumSet.noneOf(Ending.class);
        private final Map<String, AuthBackend> backends = new LinkedHashMap<>();
        private int sessions = ListenerSettings.DEFAULT_SESSIONS;
        private int eventLoops = 2;
        private Duration drainDeadline = Duration.ofMillis(200);

        private record Other(Pooling pooling, Endpoint endpoint) {}

        private Builder(int... ports) {
            backend(new PasswordJudge((name, password) -> USER.equals(name) && PASSWORD.equals(password)));
            endpoints = java.util.Arrays.stream(ports)
                    .mapToObj(port -> new Endpoint("127.0.0.1", port))
                    .toList();
        }

        /** One more upstream, alike but for this, for {@link #routes} to lead to. */
        public Builder another(String name, Pooling mode, int port) {
            others.put(name, new Other(mode, new Endpoint("127.0.0.1", port)));
            return this;
        }

        /** Where a message goes to; without any to the upstream of the ports. */
        public Builder routes(RoutingRule... rules) {
            routes = List.of(rules);
            return this;
        }

        /** In the place of the ports. */
        public Builder endpoints(List<Endpoint> configured) {
            endpoints = configured;
            return this;
        }

        /** A name server on this port of loopback, and its time for each answer. */
        public Builder nameServer(int port, Duration timeout) {
            dns = new DnsSettings(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), timeout);
            return this;
        }

        public Builder balancing(UpstreamSettings.Balancing policy) {
            balancing = policy;
            return this;
        }

        public Builder health(UpstreamSettings.Health settings) {
            health = settings;
            return this;
        }

        public Builder clientTls(TlsMode mode) {
            clientTls = mode;
            return this;
        }

        public Builder upstreamTls(TlsMode mode) {
            upstreamTls = mode;
            return this;
        }

        public Builder lmtp() {
            protocol = UpstreamSettings.Protocol.LMTP;
            return this;
        }

        public Builder trace(UpstreamSettings.Trace field) {
            trace = field;
            return this;
        }

        /** Takes any certificate of the upstream's for the right one. */
        public Builder trustsAnybody() {
            trustsAnybody = true;
            return this;
        }

        public Builder pooling(Pooling mode) {
            pooling = mode;
            return this;
        }

        public Builder onUpstreamClose(OnUpstreamClose reaction) {
            onUpstreamClose = reaction;
            return this;
        }

        public Builder failover(Failover what) {
            failover = what;
            return this;
        }

        public Builder limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        public Builder bareNewline(BareNewline treatment) {
            bareNewline = treatment;
            return this;
        }

        public Builder auth(boolean required, boolean allowWithoutTls) {
            auth = new ListenerSettings.Auth(
                    List.of("users"), List.of(), required, allowWithoutTls, Duration.ofSeconds(5));
            return this;
        }

        public Builder backend(AuthBackend judge) {
            backends.put("users", judge);
            return this;
        }

        /** Needs logins, also in the clear, which these judge in this order, all of them within this time. */
        public Builder judges(Duration timeout, AuthBackend... inOrder) {
            backends.clear();
            List.of(inOrder).forEach(judge -> backends.put("judge-" + backends.size(), judge));
            auth = new ListenerSettings.Auth(List.copyOf(backends.keySet()), List.of(), true, true, timeout);
            return this;
        }

        /** The upstream alone says whether a login is right, and whoever logs in is logged in there. */
        public Builder upstreamJudges() {
            return judges(Duration.ofSeconds(5), new UpstreamBackend())
                    .identity(new Passthrough(new Method(null, true)));
        }

        public Builder timeouts(ListenerSettings.Timeouts durations) {
            timeouts = durations;
            return this;
        }

        public Builder pool(Pool bounds) {
            pool = bounds;
            return this;
        }

        public Builder upstreamTimeouts(UpstreamSettings.Timeouts durations) {
            upstreamTimeouts = durations;
            return this;
        }

        public Builder identity(UpstreamIdentity as) {
            identity = as;
            return this;
        }

        public Builder tokens(String name, AccessTokens source) {
            tokens.put(name, source);
            return this;
        }

        public Builder introduction(UpstreamSettings.Introduction by) {
            introduction = by;
            return this;
        }

        /** What it shows to the upstream. */
        public Builder certificate(TestIdentity shown) {
            clientCertificate = shown;
            return this;
        }

        public Builder closeWith221(Set<Ending> endings) {
            closeWith221 = endings;
            return this;
        }

        public Builder sessions(int most) {
            sessions = most;
            return this;
        }

        public Builder eventLoops(int count) {
            eventLoops = count;
            return this;
        }

        public Builder drainDeadline(Duration most) {
            drainDeadline = most;
            return this;
        }

        public TestGateway start() {
            return new TestGateway(this);
        }

        private GatewaySettings settings() {
            ListenerSettings listener = new ListenerSettings(
                    LISTENER,
                    "127.0.0.1",
                    0,
                    "gate.example.org",
                    new ListenerSettings.Tls(clientTls, false, clientTls == TlsMode.NONE ? null : TestTls.server()),
                    auth,
                    "legacy",
                    sessions,
                    bareNewline,
                    limits,
                    timeouts,
                    closeWith221);
            List<UpstreamSettings> upstreams = new ArrayList<>();
            upstreams.add(upstream("legacy", pooling, endpoints));
            others.forEach((name, other) -> upstreams.add(upstream(name, other.pooling(), List.of(other.endpoint()))));
            return new GatewaySettings(List.of(listener), routes, upstreams, Map.of(), eventLoops, drainDeadline, dns);
        }

        private UpstreamSettings upstream(String name, Pooling mode, List<Endpoint> listening) {
            return new UpstreamSettings(
                    name,
                    listening,
                    balancing,
                    health,
                    "gate.example.org",
                    protocol,
                    upstreamTls,
                    upstreamTls == TlsMode.NONE ? null : upstreamOptions(),
                    mode,
                    onUpstreamClose,
                    failover,
                    pool,
                    upstreamTimeouts,
                    identity,
                    introduction,
                    trace);
        }

        private ClientSSLOptions upstreamOptions() {
            return trustsAnybody ? TestTls.trustingAnybody() : TestTls.client(clientCertificate);
        }
    }
}
