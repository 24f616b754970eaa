package org.smtpgate.app.service;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.app.config.ConfigFile;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.proxy.net.EventLoops;
import org.smtpgate.proxy.net.TlsEngine;
import org.smtpgate.proxy.net.TlsMode;

/** A gateway as a process: up until a signal, and then down in order. */
public final class Service {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    /** How much longer than the drain deadline a stop may take: goodbyes, lingering clients, upstreams that hang. */
    private static final long STOP_SECONDS = 30;

    private final Vertx vertx;
    private final Assembly assembly;
    private final RunningGateway gateway;

    private Service(Vertx vertx, Assembly assembly, RunningGateway gateway) {
        this.vertx = vertx;
        this.assembly = assembly;
        this.gateway = gateway;
    }

    /** Reads the file and opens every port, or none. */
    public static Service start(Path config) throws Exception {
        ConfigFile.Opened opened = ConfigFile.open(config, System::getenv);
        Vertx vertx = EventLoops.vertx(Threads.of(opened.config()));
        try {
            Optional<String> slow = hastenHandshakes(opened.config());
            Assembly assembly = Assembly.of(vertx, opened);
            Logging.configure(assembly.config().log());
            assembly.warnings().forEach(warning -> LOG.warn("config {}", warning));
            LaunchedProfile.mismatch(assembly.config().profile()).ifPresent(LOG::warn);
            slow.ifPresent(
                    why -> LOG.warn("TLS handshakes take up to three times the CPU time, as Java computes {}", why));
            return new Service(vertx, assembly, Awaits.result(RunningGateway.start(vertx, assembly)));
        } catch (Exception e) {
            Awaits.result(vertx.close());
            throw e;
        }
    }

    /** Where clients shake hands, and a sidecar's memory is not at stake; why not, where it should be. */
    private static Optional<String> hastenHandshakes(GatewayConfig config) {
        boolean encrypted = config.listeners().stream()
                .anyMatch(listener -> listener.settings().tls().mode() != TlsMode.NONE);
        return encrypted && config.profile() == GatewayConfig.Profile.SERVER
                ? TlsEngine.hastenHandshakes()
                : Optional.empty();
    }

    public RunningGateway gateway() {
        return gateway;
    }

    /**
     * Waits for SIGTERM, SIGINT or SIGHUP, and stops. The JVM ends with the exit code of a signal unless it is told otherwise,
     * and a process supervisor is to see 0: so the hook itself halts it.
     */
    public void runUntilSignal() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndHalt, "smtpgate-stop"));
        new CountDownLatch(1).await();
    }

    private void stopAndHalt() {
        Runtime.getRuntime().halt(stop() ? 0 : 1);
    }

    /** Stops in order; false when that took too long. */
    public boolean stop() {
        long most = assembly.config().drainDeadline().toSeconds() + STOP_SECONDS;
        try {
            gateway.stop()
                    .transform((done, failure) -> vertx.close())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(most, TimeUnit.SECONDS);
            return true;
        } catch (Exception e) {
            return false;
        } finally {
            Logging.flush();
        }
    }
}
