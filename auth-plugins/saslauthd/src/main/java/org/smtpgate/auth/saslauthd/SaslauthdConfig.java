package org.smtpgate.auth.saslauthd;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Settings;

/**
 * The settings of the plugin.
 *
 * @param socket the daemon's socket, absolute
 * @param service what the daemon is told that the login is for; the name of PAM's service, with {@code -a pam}
 * @param realm for logins that bring none; may be empty
 * @param splitRealm whether what follows the last {@code @} of a login is its realm
 * @param sendAddress whether the client's address is sent, too
 * @param connections how many logins the daemon is asked about at a time
 * @param timeout for one login, from connecting to the answer
 */
record SaslauthdConfig(
        Path socket,
        String service,
        String realm,
        boolean splitRealm,
        boolean sendAddress,
        int connections,
        Duration timeout) {

    private static final String DEFAULT_SOCKET = "/run/saslauthd/mux";

    /** What the kernel takes for a socket's path (unix(7)), without the NUL at its end. */
    private static final int MAX_PATH_OCTETS = 107;

    private static final int DEFAULT_CONNECTIONS = 5;
    private static final int MAX_CONNECTIONS = 100;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(20);

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static SaslauthdConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        SaslauthdConfig config = new SaslauthdConfig(
                settings.optionalPath("socket").orElse(Path.of(DEFAULT_SOCKET)),
                settings.optionalText("service").orElse("smtp"),
                settings.optionalText("realm").orElse(""),
                settings.flag("split-realm", true),
                settings.flag("send-address", false),
                settings.number("connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
                settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT));
        settings.end();
        if (config.socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_OCTETS) {
            throw settings.wrong(
                    "socket", "is longer than the " + MAX_PATH_OCTETS + " octets that a socket's path may have");
        }
        return config;
    }
}
