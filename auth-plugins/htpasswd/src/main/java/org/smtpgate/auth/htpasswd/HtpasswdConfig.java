package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

/**
 * The settings of the plugin.
 *
 * @param file absolute
 * @param reloadInterval how often to look whether the file has changed
 */
record HtpasswdConfig(Path file, Duration reloadInterval) {
    private static final String FILE = "file";
    private static final String RELOAD_INTERVAL = "reload-interval";
    private static final List<String> KEYS = List.of(FILE, RELOAD_INTERVAL);

    private static final String DEFAULT_INTERVAL = "2s";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h)");
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    private static final Duration MAX_INTERVAL = Duration.ofHours(1);

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static HtpasswdConfig from(AuthContext context, JsonObject settings) {
        for (String key : settings.fieldNames()) {
            if (!KEYS.contains(key)) {
                throw new AuthConfigException(key, "unknown setting; htpasswd knows " + String.join(", ", KEYS));
            }
        }
        return new HtpasswdConfig(file(context, settings), reloadInterval(settings));
    }

    private static Path file(AuthContext context, JsonObject settings) {
        if (!(settings.getValue(FILE) instanceof String path) || path.isBlank()) {
            throw new AuthConfigException(FILE, "the path of the htpasswd file is required");
        }
        try {
            return context.resolve(path);
        } catch (InvalidPathException e) {
            throw new AuthConfigException(FILE, "not a path");
        }
    }

    private static Duration reloadInterval(JsonObject settings) {
        Object given = settings.getValue(RELOAD_INTERVAL, DEFAULT_INTERVAL);
        Matcher matcher = DURATION.matcher(String.valueOf(given));
        if (!matcher.matches()) {
            throw new AuthConfigException(
                    RELOAD_INTERVAL, "a duration is a number and a unit, such as 500ms, 2s or 1m");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration interval = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new AuthConfigException(RELOAD_INTERVAL, "must be from 100ms to 60m, not " + given);
        }
        return interval;
    }
}
