package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.PlainPassword;
import org.smtpgate.passwords.ScramKeyring;

/** {@code plugin: htpasswd}: users in a file of Apache's format or of Dovecot's, re-read when it changes. */
public final class HtpasswdPlugin implements AuthPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(HtpasswdPlugin.class);

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
            return backend(config.file(), file, queue);
        } catch (HtpasswdFileException unusable) {
            throw new AuthConfigException("file", unusable.getMessage());
        }
    }

    private static AuthBackend backend(Path path, LiveFile file, WorkQueue queue) {
        Users users = file.users();
        warnOfMixture(path, "CRAM-MD5", users.count(PlainPassword.class::isInstance), users.count());
        int withKeys = users.count(ScramKeyring::serves);
        warnOfMixture(path, "SCRAM", withKeys, users.count());
        // SCRAM is offered for a store of keys: to users without any it would be a way to fail.
        return withKeys > 0
                ? new ScramHtpasswdBackend(file::users, queue, file::close)
                : new HtpasswdBackend(file::users, queue, file::close);
    }

    private static void warnOfMixture(Path path, String mechanism, int able, int all) {
        if (able > 0 && able < all) {
            LOG.warn("htpasswd file={} offers {}, by which only {} of {} users can log in", path, mechanism, able, all);
        }
    }
}
