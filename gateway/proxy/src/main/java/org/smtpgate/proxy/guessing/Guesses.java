package org.smtpgate.proxy.guessing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.smtpgate.proxy.guessing.Bucket.Kind;
import org.smtpgate.proxy.metrics.GuessingMeters;

/**
 * Stands before the backends of all listeners. Only failures count: whoever logs in is not slowed, however often. An
 * address that a login has been proven from lately is let try that login even while others have used up what the login or
 * the network is allowed: to shut out such a user, one has to have the user's address. Safe for any thread; futures complete
 * on any.
 */
public final class Guesses {
    private static final int PROVEN_MAX = 100_000;
    private static final Duration PROVEN_FOR = Duration.ofDays(7);
    private static final int DOUBLINGS_MAX = 20;
    private static final int LOGIN_MAX = 256;

    /** Marks, separators, and what is not seen at all. */
    private static final Pattern OVERLOOKED = Pattern.compile("[\\p{M}\\p{Z}\\p{C}]+");

    private final GuessingSettings settings;
    private final FailureBuckets buckets;
    private final GuessingMeters meters;
    private final Cache<Attempt, Boolean> proven = Caffeine.newBuilder()
            .maximumSize(PROVEN_MAX)
            .expireAfterWrite(PROVEN_FOR)
            .build();

    /** @param login as it was sent: another that is merely spelt alike may be somebody else's */
    private record Attempt(String address, String login) {}

    public Guesses(GuessingSettings settings, FailureBuckets buckets, GuessingMeters meters) {
        this.settings = settings;
        this.buckets = buckets;
        this.meters = meters;
        for (Kind kind : Kind.values()) {
            meters.expect(kind.name());
        }
    }

    /**
     * Whether a login may be tried now.
     *
     * @param address the client's IP address
     * @param login as presented; empty when none was
     * @return empty, or whose bucket has no room
     */
    public Future<Optional<Kind>> refuses(String address, String login) {
        if (isExempt(address)) {
            meters.exempted();
            return Future.succeededFuture(Optional.empty());
        }
        return refusesAny(asked(address, login).iterator())
                .onSuccess(refusing -> refusing.ifPresentOrElse(kind -> meters.refused(kind.name()), meters::passed));
    }

    /** Counts a failure; how long after the credentials came it is to be answered. */
    public Future<Duration> failed(String address, String login) {
        if (isExempt(address)) {
            return Future.succeededFuture(settings.delay());
        }
        List<Future<Long>> failures = new ArrayList<>();
        for (Bucket bucket : all(address, login)) {
            Allowance allowance = allowance(bucket.kind());
            Future<Long> counted = buckets.failed(bucket, allowance).map(room -> allowance.failures() - room);
            // The network's count is its neighbours' too: it refuses, and delays nobody.
            if (bucket.kind() != Kind.NETWORK) {
                failures.add(counted);
            }
        }
        return Future.all(failures)
                .map(all ->
                        delay(failures.stream().mapToLong(Future::result).max().orElse(1)));
    }

    /**
     * A login was proven from there. One that is longer than any is not remembered, since a client chooses how long it is, and
     * none without a name: that of whoever sends none would be proven with it.
     */
    public void proven(String address, String login) {
        if (!login.isEmpty() && login.length() <= LOGIN_MAX) {
            proven.put(new Attempt(address, login), true);
        }
    }

    public Future<Void> close() {
        return buckets.close();
    }

    private Future<Optional<Kind>> refusesAny(Iterator<Bucket> remaining) {
        if (!remaining.hasNext()) {
            return Future.succeededFuture(Optional.empty());
        }
        Bucket next = remaining.next();
        return buckets.room(next, allowance(next.kind()))
                .compose(room -> room > 0 ? refusesAny(remaining) : Future.succeededFuture(Optional.of(next.kind())));
    }

    /** Of who has proven that login from there, none that others can fill from elsewhere. */
    private List<Bucket> asked(String address, String login) {
        List<Bucket> asked = all(address, login);
        if (proven.getIfPresent(new Attempt(address, login)) != null) {
            asked.removeIf(bucket -> bucket.kind() != Kind.ADDRESS);
        }
        return asked;
    }

    /** In the order of their kinds. */
    private List<Bucket> all(String address, String login) {
        List<Bucket> all = new ArrayList<>();
        all.add(new Bucket(Kind.ADDRESS, address));
        all.add(new Bucket(Kind.NETWORK, Network.of(address, settings.ipv4Prefix(), settings.ipv6Prefix())));
        if (!login.isEmpty()) {
            all.add(new Bucket(Kind.LOGIN, normal(login)));
        }
        return all;
    }

    private Allowance allowance(Kind kind) {
        return switch (kind) {
            case ADDRESS -> settings.address();
            case NETWORK -> settings.network();
            case LOGIN -> settings.login();
        };
    }

    private Duration delay(long failures) {
        long doublings = Math.min(DOUBLINGS_MAX, Math.max(0, failures - 1));
        Duration grown = settings.delay().multipliedBy(1L << doublings);
        return grown.compareTo(settings.longestDelay()) < 0 ? grown : settings.longestDelay();
    }

    private boolean isExempt(String address) {
        return settings.exempt().stream().anyMatch(range -> range.has(address));
    }

    /**
     * Backends may take one login in several spellings: databases and directories overlook letter case, blanks, accents and
     * widths, so that a guesser could have a count for each. A client chooses how long it is.
     */
    private static String normal(String login) {
        String apart = Normalizer.normalize(login, Normalizer.Form.NFKD);
        String seen = OVERLOOKED.matcher(apart).replaceAll("").toLowerCase(Locale.ROOT);
        return seen.length() <= LOGIN_MAX ? seen : seen.substring(0, LOGIN_MAX);
    }
}
