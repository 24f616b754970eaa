package org.smtpgate.app.service;

import io.vertx.core.VertxOptions;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.app.config.GatewayConfig.Profile;

/** How many threads the gateway may have for what. */
final class Threads {
    /** For password hashes and files. */
    private static final int SIDECAR_WORKERS = 4;

    private Threads() {}

    /** Vert.x' own numbers, which grow with the machine, unless little is to be taken of it. */
    static VertxOptions of(GatewayConfig config) {
        VertxOptions options = new VertxOptions();
        if (config.profile() == Profile.SIDECAR) {
            options.setEventLoopPoolSize(config.eventLoops())
                    .setWorkerPoolSize(SIDECAR_WORKERS)
                    .setInternalBlockingPoolSize(SIDECAR_WORKERS);
        }
        return options;
    }
}
