package org.smtpgate.auth.kubernetes;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.JwtVerifier;
import org.smtpgate.tokens.TokenCache;
import org.smtpgate.tokens.Validity;

/** One cluster as a configuration describes it: the one place that puts the parts together. */
final class Cluster {
    private static final int FILE_THREADS = 1;

    private final KubernetesConfig config;
    private final Clock clock;
    private final Validity validity;
    private final WorkQueue workers;
    private final PodFiles files;
    private final JsonClient client;
    private final JwtVerifier verifier;

    /** @param nanoTime for ages, as {@link System#nanoTime}; {@code clock} is for what tokens say */
    Cluster(Vertx vertx, KubernetesConfig config, Clock clock, LongSupplier nanoTime) {
        this.config = config;
        this.clock = clock;
        this.validity = new Validity(clock, config.clockSkew());
        this.workers = new WorkQueue(vertx, "smtpgate-pod-files", FILE_THREADS, WorkQueue.LIMIT, WorkQueue.PATIENCE);
        this.files = new PodFiles(config.tokenFile(), config.caFile(), workers, nanoTime);
        this.client = new JsonClient(vertx, files::tls, config.timeout());
        this.verifier = new JwtVerifier(
                vertx,
                JwtVerifier.ALGORITHMS,
                config.times(),
                nanoTime,
                () -> files.token().compose(own -> client.get(config.keySet(), Optional.of("Bearer " + own))));
    }

    KubernetesBackend backend() {
        AccountJudge judge = config.mode() == KubernetesConfig.Mode.TOKEN_REVIEW
                ? new TokenReview(config, client, files)
                : new ClusterKeys(config, verifier, files, validity);
        return new KubernetesBackend(
                verifier,
                judge,
                config,
                validity,
                new TokenCache<>(clock, config.cacheTime(), config.cacheSize()),
                () -> verifier.close().eventually(client::close).eventually(workers::close));
    }
}
