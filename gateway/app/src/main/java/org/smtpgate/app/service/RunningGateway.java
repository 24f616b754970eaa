package org.smtpgate.app.service;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.app.config.AdminSettings;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.proxy.Gateway;
import org.smtpgate.proxy.guessing.Guesses;

/** A gateway with its admin server and its meters, from start to stop. */
public final class RunningGateway {
    private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);

    private final Assembly assembly;
    private final TokenSources tokens;
    private final Guesses guesses;
    private final Gateway gateway;
    private final AdminServer admin;

    private RunningGateway(
            Assembly assembly, TokenSources tokens, Guesses guesses, Gateway gateway, AdminServer admin) {
        this.assembly = assembly;
        this.tokens = tokens;
        this.guesses = guesses;
        this.gateway = gateway;
        this.admin = admin;
    }

    /** Opens every port, or none; fails with a message that names the one that cannot be had. */
    public static Future<RunningGateway> start(Vertx vertx, Assembly assembly) {
        GatewayConfig config = assembly.config();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Before any port is open: they read files, which clients could leave none for.
        bindMeters(assembly, registry);
        TokenSources tokens = TokenSources.open(vertx, config.tokens(), registry);
        Guesses guesses = FailedLoginCounts.open(config.failedLogins(), registry);
        AtomicReference<Gateway> started = new AtomicReference<>();
        UpstreamsAdmin upstreams =
                new UpstreamsAdmin(() -> Optional.ofNullable(started.get()).map(Gateway::upstreams));
        List<JsonPage> pages = List.of(
                UnknownOutcomesPage.of(() -> Optional.ofNullable(started.get()).map(Gateway::unknownOutcomes)),
                upstreams.page());
        List<AuthHttpEndpoint> logins = config.admin().map(AdminSettings::authHttp).orElse(List.of()).stream()
                .map(AuthHttpEndpoint::new)
                .toList();
        Future<AdminServer> admin = config.admin()
                .map(settings -> new AdminServer(
                                vertx,
                                settings,
                                registry,
                                () -> isReady(started.get()),
                                pages,
                                upstreams.actions(),
                                logins)
                        .open())
                .orElseGet(Future::succeededFuture);
        return admin.compose(server -> Gateway.start(
                                vertx, config.settings(), assembly.backends(), tokens.byName(), guesses, registry)
                        .recover(cause -> close(server).transform(closed -> Future.failedFuture(cause)))
                        .map(gateway -> {
                            started.set(gateway);
                            logins.forEach(endpoint -> endpoint.open(gateway));
                            return new RunningGateway(assembly, tokens, guesses, gateway, server);
                        }))
                .recover(cause ->
                        tokens.close().eventually(guesses::close).transform(closed -> Future.failedFuture(cause)))
                .onSuccess(RunningGateway::begun);
    }

    private static boolean isReady(Gateway gateway) {
        return gateway != null && gateway.ready();
    }

    private static Future<Void> close(AdminServer server) {
        return server == null ? Future.succeededFuture() : server.close();
    }

    private void begun() {
        assembly.config()
                .listeners()
                .forEach(listener -> LOG.info(
                        "listener {} on {}:{} tls={} route={}",
                        listener.settings().name(),
                        listener.settings().host(),
                        gateway.port(listener.settings().name()),
                        listener.settings().tls().mode(),
                        listener.settings().upstream()));
        if (admin != null) {
            LOG.info("admin HTTP on port {}", admin.port());
        }
    }

    private static void bindMeters(Assembly assembly, PrometheusMeterRegistry registry) {
        new ProcessMeters().bindTo(registry);
        new CertificateMeters(assembly.config().listeners()).bindTo(registry);
        Logging.meters().bindTo(registry);
    }

    /** The port that a listener is bound to. */
    public int port(String listener) {
        return gateway.port(listener);
    }

    /** The port of the admin HTTP server; -1 when that is turned off. */
    public int adminPort() {
        return admin == null ? -1 : admin.port();
    }

    /** Lets sessions end within the drain deadline, then closes everything. */
    public Future<Void> stop() {
        LOG.info("stopping; sessions have {} to end", assembly.config().drainDeadline());
        return gateway.stop()
                .transform((done, failure) -> tokens.close())
                .transform((done, failure) -> guesses.close())
                .transform((done, failure) -> assembly.close())
                .transform((done, failure) -> close(admin))
                .onComplete(done -> LOG.info("stopped"));
    }
}
