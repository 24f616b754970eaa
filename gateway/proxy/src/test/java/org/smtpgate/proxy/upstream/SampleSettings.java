package org.smtpgate.proxy.upstream;

import io.vertx.core.net.ClientSSLOptions;
import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.TestGateway;
import org.smtpgate.proxy.TestTls;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Timeouts;

/** Settings of an upstream on loopback, without TLS. */
final class SampleSettings {
    static final Duration SOON = Duration.ofSeconds(30);

    private SampleSettings() {}

    static Pool pool(int maxConnections, int queueLength, Duration queueTimeout) {
        return new Pool(maxConnections, queueLength, queueTimeout, 3, SOON, SOON, 1_000);
    }

    static UpstreamSettings of(Pool pool, int... ports) {
        List<Endpoint> endpoints = java.util.Arrays.stream(ports)
                .mapToObj(port -> new Endpoint("127.0.0.1", port))
                .toList();
        return of(pool, UpstreamSettings.Balancing.LEAST_CONNECTIONS, endpoints);
    }

    static UpstreamSettings balanced(UpstreamSettings.Balancing balancing, List<Endpoint> endpoints) {
        return of(Pool.DEFAULTS, balancing, endpoints);
    }

    /** With TLS, and trust in the test authority. */
    static UpstreamSettings secured(TlsMode mode, int port) {
        return of(
                Pool.DEFAULTS,
                UpstreamSettings.Balancing.LEAST_CONNECTIONS,
                List.of(new Endpoint("127.0.0.1", port)),
                mode,
                mode == TlsMode.NONE ? null : TestTls.client(),
                Timeouts.DEFAULTS);
    }

    /** With so much time for each block of content. */
    static UpstreamSettings impatient(Duration content, int port) {
        Timeouts usual = Timeouts.DEFAULTS;
        return of(
                Pool.DEFAULTS,
                UpstreamSettings.Balancing.LEAST_CONNECTIONS,
                List.of(new Endpoint("127.0.0.1", port)),
                TlsMode.NONE,
                null,
                new Timeouts(
                        usual.connect(), usual.greeting(), usual.command(), usual.data(), content, usual.endOfData()));
    }

    /** With a connection for each session. */
    static UpstreamSettings sessions(Pool pool, int port) {
        return of(
                UpstreamSettings.Pooling.SESSION,
                pool,
                UpstreamSettings.Balancing.LEAST_CONNECTIONS,
                List.of(new Endpoint("127.0.0.1", port)),
                TlsMode.NONE,
                null,
                Timeouts.DEFAULTS);
    }

    private static UpstreamSettings of(Pool pool, UpstreamSettings.Balancing balancing, List<Endpoint> endpoints) {
        return of(pool, balancing, endpoints, TlsMode.NONE, null, Timeouts.DEFAULTS);
    }

    private static UpstreamSettings of(
            Pool pool,
            UpstreamSettings.Balancing balancing,
            List<Endpoint> endpoints,
            TlsMode mode,
            ClientSSLOptions options,
            Timeouts timeouts) {
        return of(UpstreamSettings.Pooling.TRANSACTION, pool, balancing, endpoints, mode, options, timeouts);
    }

    private static UpstreamSettings of(
            UpstreamSettings.Pooling pooling,
            Pool pool,
            UpstreamSettings.Balancing balancing,
            List<Endpoint> endpoints,
            TlsMode mode,
            ClientSSLOptions options,
            Timeouts timeouts) {
        return new UpstreamSettings(
                "legacy",
                endpoints,
                balancing,
                TestGateway.QUIET_HEALTH,
                "gate.example.org",
                UpstreamSettings.Protocol.SMTP,
                mode,
                options,
                pooling,
                UpstreamSettings.OnUpstreamClose.SAY_221,
                UpstreamSettings.Failover.MAIL,
                pool,
                timeouts,
                new UpstreamIdentity.None(),
                UpstreamSettings.Introduction.NONE,
                UpstreamSettings.Trace.NONE);
    }
}
