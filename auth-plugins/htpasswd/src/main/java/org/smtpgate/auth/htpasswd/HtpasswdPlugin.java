package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.WorkQueue;

/** {@code plugin: htpasswd}: users in a file of Apache's format, re-read when it changes. */
public final class HtpasswdPlugin implements AuthPlugin {
    @Override
    public String name() {
        return "htpasswd";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        HtpasswdConfig config = HtpasswdConfig.from(context, settings);
        try {
            LiveFile file = new LiveFile(context.vertx(), config);
            WorkQueue queue = WorkQueue.forHashing(context.vertx());
            return new HtpasswdBackend(file::users, queue, file::close);
        } catch (HtpasswdFileException unusable) {
            throw new AuthConfigException("file", unusable.getMessage());
        }
    }
}
