package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: htpasswd}: users in a file of Apache's format, re-read when it changes. */
public final class HtpasswdPlugin implements AuthPlugin {
    /** At some 20 bcrypt checks a second and core, who comes later would wait for most of a minute. */
    private static final int PENDING_LIMIT = 1_000;

    @Override
    public String name() {
        return "htpasswd";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        HtpasswdConfig config = HtpasswdConfig.from(context, settings);
        try {
            LiveFile file = new LiveFile(context.vertx(), config);
            return new HtpasswdBackend(file::users, new HashQueue(context.vertx(), PENDING_LIMIT), file::close);
        } catch (HtpasswdFileException unusable) {
            throw new AuthConfigException("file", unusable.getMessage());
        }
    }
}
