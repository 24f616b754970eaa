package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: htpasswd}: users in a file of Apache's format, re-read when it changes. */
public final class HtpasswdPlugin implements AuthPlugin {
    private static final int PENDING_LIMIT = 10_000;

    /** Well within the half minute that the gateway gives a login, so that a worker's time is spent on clients still there. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "htpasswd";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        HtpasswdConfig config = HtpasswdConfig.from(context, settings);
        try {
            LiveFile file = new LiveFile(context.vertx(), config);
            HashQueue queue = new HashQueue(context.vertx(), PENDING_LIMIT, PATIENCE);
            return new HtpasswdBackend(file::users, queue, file::close);
        } catch (HtpasswdFileException unusable) {
            throw new AuthConfigException("file", unusable.getMessage());
        }
    }
}
