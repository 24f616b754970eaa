package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Settings;

/**
 * The settings of the plugin.
 *
 * @param file absolute
 * @param format what its lines hold
 * @param reloadInterval how often to look whether the file has changed
 */
record HtpasswdConfig(Path file, Format format, Duration reloadInterval) {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    private static final Duration MAX_INTERVAL = Duration.ofHours(1);

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static HtpasswdConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        HtpasswdConfig config = new HtpasswdConfig(
                settings.path("file", "users.htpasswd"),
                settings.choice("format", Format.HTPASSWD),
                settings.duration("reload-interval", DEFAULT_INTERVAL, MIN_INTERVAL, MAX_INTERVAL));
        settings.end();
        return config;
    }
}
