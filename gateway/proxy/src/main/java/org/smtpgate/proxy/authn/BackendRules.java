package org.smtpgate.proxy.authn;

import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.identity.LoginPattern;

/**
 * How a backend is asked.
 *
 * @param logins which logins it is asked about; empty for all. A client that names none is asked about everywhere
 * @param timeout how long it may take for one answer
 * @param breakAfter so many failures in a row, none of them a wrong password, and it is asked no more
 * @param pause for so long; then one login tries it
 * @param cache what is remembered of its answers
 */
public record BackendRules(
        List<LoginPattern> logins, Duration timeout, int breakAfter, Duration pause, CacheRules cache) {

    /**
     * What is remembered of a backend's answers.
     *
     * @param accepted how long a login that was right; zero for not at all
     * @param refused how long one that was wrong; zero for not at all
     * @param entries the most of both
     */
    public record CacheRules(Duration accepted, Duration refused, int entries) {
        /** Nothing is remembered: whoever is locked out is so at once. */
        public static final CacheRules DEFAULTS = new CacheRules(Duration.ZERO, Duration.ZERO, 10_000);
    }

    /**
     * The timeout is that of a whole login, nearly: a backend whose server has guessers wait, as Dovecot and services behind
     * HTTP do, is not broken by that.
     */
    public static final BackendRules DEFAULTS =
            new BackendRules(List.of(), Duration.ofSeconds(28), 5, Duration.ofSeconds(5), CacheRules.DEFAULTS);

    public BackendRules {
        logins = List.copyOf(logins);
    }

    boolean serve(String login) {
        return logins.isEmpty() || login.isEmpty() || logins.stream().anyMatch(pattern -> pattern.matches(login));
    }
}
