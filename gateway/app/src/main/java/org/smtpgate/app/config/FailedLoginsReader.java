package org.smtpgate.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.smtpgate.proxy.guessing.AddressRange;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.redis.RedisSettings;

/** Reads the {@code failed-logins} section. */
final class FailedLoginsReader {
    static final String PREFIX = "smtpgate:failed-logins:";
    static final Duration TIMEOUT = Duration.ofMillis(500);

    /** Well below the five minutes that RFC 5321 section 4.5.3.2 has clients wait, of which few do. */
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);

    private static final int FAILURES_MAX = 1_000_000;
    private static final int DATABASE_MAX = 1_000;

    private FailedLoginsReader() {}

    static FailedLogins read(Section section) {
        GuessingSettings usual = GuessingSettings.DEFAULTS;
        Section network = section.section("per-network");
        GuessingSettings settings = new GuessingSettings(
                allowance(section.section("per-address"), usual.address()),
                new Allowance(failures(network, usual.network()), within(network, usual.network())),
                allowance(section.section("per-login"), usual.login()),
                network.number("ipv4-prefix", usual.ipv4Prefix(), 1, 32),
                network.number("ipv6-prefix", usual.ipv6Prefix(), 1, 128),
                section.duration("delay", usual.delay()),
                section.duration("longest-delay", usual.longestDelay()),
                exempt(section, usual));
        network.end();
        if (settings.longestDelay().compareTo(settings.delay()) < 0) {
            section.problem(
                    "longest-delay", "must not be less than delay, which is " + Quantities.spell(settings.delay()));
        }
        if (settings.longestDelay().compareTo(DELAY_MAX) > 0) {
            section.problem(
                    "longest-delay",
                    "must not be more than " + Quantities.spell(DELAY_MAX) + ": clients wait no longer for a reply");
        }
        Optional<RedisSettings> redis =
                section.keys().contains("redis") ? Optional.of(redis(section.section("redis"))) : Optional.empty();
        section.section("redis");
        section.end();
        return new FailedLogins(settings, redis);
    }

    private static Allowance allowance(Section section, Allowance usual) {
        Allowance allowance = new Allowance(failures(section, usual), within(section, usual));
        section.end();
        return allowance;
    }

    private static int failures(Section section, Allowance usual) {
        return section.number("failures", usual.failures(), 1, FAILURES_MAX);
    }

    private static Duration within(Section section, Allowance usual) {
        return section.duration("within", usual.within());
    }

    private static List<AddressRange> exempt(Section section, GuessingSettings usual) {
        List<AddressRange> exempt = section.list("exempt", AddressRange::of);
        return section.keys().contains("exempt") ? exempt : usual.exempt();
    }

    private static RedisSettings redis(Section redis) {
        redis.require("address", "redis.example.org:6379");
        HostAndPort address = redis.value("address", new HostAndPort("", 0), HostAndPort::parseRemote);
        boolean tls = redis.flag("tls", false);
        Path trust = trust(redis, tls);
        String password = redis.text("password", null);
        Path passwordFile = redis.file("password-file");
        if (redis.count("password", "password-file") > 1) {
            redis.problem("password-file", "give one of password and password-file");
        }
        String username = redis.text("username", null);
        if (username != null && password == null && passwordFile == null) {
            redis.problem(
                    "username", "has no effect without a password; write password or password-file, or leave it out");
        }
        RedisSettings settings = new RedisSettings(
                address.host(),
                address.port(),
                redis.number("database", 0, 0, DATABASE_MAX),
                tls,
                trust,
                username,
                passwordFile == null ? password : SecretFiles.secret(redis, "password-file", passwordFile),
                redis.text("prefix", PREFIX),
                redis.duration("timeout", TIMEOUT));
        redis.end();
        return settings;
    }

    /** Null for the JVM's own. The file is read again by whoever connects, which is too late to tell of a mistake. */
    private static Path trust(Section redis, boolean tls) {
        Path trust = redis.file("trust");
        if (trust == null) {
            return null;
        }
        if (!tls) {
            redis.problem("trust", "has no effect without tls: true");
        }
        try {
            PemFiles.certificates(trust);
        } catch (IllegalArgumentException e) {
            redis.problem("trust", e.getMessage());
        }
        return trust;
    }
}
