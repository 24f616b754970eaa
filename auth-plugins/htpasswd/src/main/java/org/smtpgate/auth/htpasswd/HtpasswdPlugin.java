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
            warnOfMixtures(config.file(), file.users());
            return new HtpasswdBackend(file::users, file::onChange, queue, file::close);
        } catch (HtpasswdFileException unusable) {
            throw new AuthConfigException("file", unusable.getMessage());
        }
    }

    private static void warnOfMixtures(Path path, Users users) {
        warnOfMixture(path, "CRAM-MD5", users.count(PlainPassword.class::isInstance), users.count());
        for (String hash : users.scram().hashes()) {
            int able =
                    users.count(stored -> ScramKeyring.iterations(hash, stored).isPresent());
            warnOfMixture(path, "SCRAM-" + hash, able, users.count());
        }
    }

    private static void warnOfMixture(Path path, String mechanism, int able, int all) {
        if (able > 0 && able < all) {
            LOG.warn("htpasswd file={} offers {}, by which only {} of {} users can log in", path, mechanism, able, all);
        }
    }
}
