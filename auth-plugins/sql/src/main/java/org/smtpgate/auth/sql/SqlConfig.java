package org.smtpgate.auth.sql;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Settings;
import org.smtpgate.passwords.StoredHashes;

/**
 * The settings of the plugin.
 *
 * @param url of the database, without a user
 * @param query what is asked for each login
 * @param check whether the database judges the password, so that a row means yes
 * @param defaultScheme of what the column {@code password} holds without a prefix
 * @param scram the hashes that the column has what SCRAM needs for
 * @param cramMd5 whether the column holds what CRAM-MD5 needs
 * @param connections to the database at most, and so queries at a time
 * @param connectTimeout how long a login waits for a connection
 * @param queryTimeout how long a connection may be silent while it is asked
 */
record SqlConfig(
        DatabaseUrl url,
        String user,
        Optional<String> password,
        DatabaseTls tls,
        Query query,
        boolean check,
        Optional<String> defaultScheme,
        Set<String> scram,
        boolean cramMd5,
        int connections,
        Duration connectTimeout,
        Duration queryTimeout) {
    private static final int DEFAULT_CONNECTIONS = 4;
    private static final int MAX_CONNECTIONS = 100;
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> SCRAM_HASHES = Set.of("SHA-1", "SHA-256");
    private static final String EXAMPLE = "SELECT password FROM users WHERE login = {login}";

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static SqlConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        DatabaseUrl url = DatabaseUrl.read(settings);
        boolean check = settings.has("check");
        if (check && settings.has("query")) {
            throw settings.wrong("check", "stands beside query; leave out one of them");
        }
        SqlConfig config = new SqlConfig(
                url,
                settings.text("user", "smtpgate"),
                settings.secret("password"),
                DatabaseTls.read(settings, url),
                check ? check(settings) : query(settings),
                check,
                defaultScheme(settings),
                scram(settings, check),
                cramMd5(settings, check),
                settings.number("connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
                settings.duration("connect-timeout", DEFAULT_CONNECT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT),
                settings.duration("query-timeout", DEFAULT_QUERY_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT));
        settings.end();
        return config;
    }

    @Override
    public String toString() {
        return "SqlConfig[url=" + url + ", user=" + user + ", password=***]";
    }

    private static Query query(Settings settings) {
        Query query = parsed(
                settings,
                "query",
                Parameter.LOGIN,
                Parameter.USER,
                Parameter.DOMAIN,
                Parameter.LISTENER,
                Parameter.ADDRESS);
        if (!query.names(Parameter.LOGIN) && !query.names(Parameter.USER)) {
            throw settings.wrong("query", "must name {login} or {user}, such as " + EXAMPLE);
        }
        return query;
    }

    private static Query check(Settings settings) {
        Query query = parsed(settings, "check", Parameter.values());
        if (!query.names(Parameter.PASSWORD) || !query.names(Parameter.LOGIN) && !query.names(Parameter.USER)) {
            throw settings.wrong("check", "must name {password}, and {login} or {user}");
        }
        return query;
    }

    private static Query parsed(Settings settings, String key, Parameter... allowed) {
        try {
            return Query.read(settings.text(key, EXAMPLE), allowed);
        } catch (IllegalArgumentException wrong) {
            throw settings.wrong(key, wrong.getMessage());
        }
    }

    private static Optional<String> defaultScheme(Settings settings) {
        Optional<String> scheme = settings.optionalText("default-scheme");
        if (scheme.isPresent() && !StoredHashes.isScheme(scheme.get())) {
            throw settings.wrong("default-scheme", "must be a scheme such as SSHA512 or PLAIN, without braces");
        }
        return scheme;
    }

    private static Set<String> scram(Settings settings, boolean check) {
        Set<String> hashes = Set.copyOf(settings.texts("scram"));
        if (!SCRAM_HASHES.containsAll(hashes)) {
            throw settings.wrong("scram", "must be SHA-256 or SHA-1, or a list of both");
        }
        return ofStored("scram", settings, check, hashes, !hashes.isEmpty());
    }

    private static boolean cramMd5(Settings settings, boolean check) {
        boolean wanted = settings.flag("cram-md5", false);
        return ofStored("cram-md5", settings, check, wanted, wanted);
    }

    private static <T> T ofStored(String key, Settings settings, boolean check, T value, boolean wanted) {
        if (wanted && check) {
            throw settings.wrong(key, "needs a query for the stored password, and does not go with check");
        }
        return value;
    }
}
