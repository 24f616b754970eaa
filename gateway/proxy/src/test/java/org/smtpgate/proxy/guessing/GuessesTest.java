package org.smtpgate.proxy.guessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.guessing.Bucket.Kind;
import org.smtpgate.proxy.metrics.GuessingMeters;

class GuessesTest {
    private static final String ATTACKER = "198.51.100.7";
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final GuessingSettings SETTINGS = new GuessingSettings(
            new Allowance(3, WINDOW),
            new Allowance(5, WINDOW),
            new Allowance(4, WINDOW),
            24,
            64,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            List.of(AddressRange.of("10.0.0.0/8")));

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final HandClock clock = new HandClock();
    private final Guesses guesses = new Guesses(SETTINGS, new LocalBuckets(clock), new GuessingMeters(registry));

    @Test
    void anAddressIsRefusedWhenItHasFailedTooOftenAndOthersAreNot() {
        fail(3, ATTACKER, "tim");

        assertThat(refuses(ATTACKER, "anybody")).contains(Kind.ADDRESS);
        assertThat(refuses("203.0.113.9", "tim")).isEmpty();
        assertThat(decisions("refused", "address")).isEqualTo(1);
        assertThat(decisions("passed", "none")).isEqualTo(1);
    }

    @Test
    void failuresFadeOneByOne() {
        fail(3, ATTACKER, "tim");

        clock.forward(WINDOW.dividedBy(3));
        assertThat(refuses(ATTACKER, "tim")).isEmpty();
        fail(1, ATTACKER, "tim");
        assertThat(refuses(ATTACKER, "tim")).contains(Kind.ADDRESS);
    }

    @Test
    void aNetworkIsRefusedWhenItsAddressesHaveFailedTooOftenTogether() {
        for (int host = 1; host <= 5; host++) {
            fail(1, "198.51.100." + host, "user-" + host);
        }

        assertThat(refuses("198.51.100.99", "somebody")).contains(Kind.NETWORK);
        assertThat(refuses("198.51.101.1", "somebody")).isEmpty();
    }

    @Test
    void anIpv6NetworkIsWhatOneCustomerHas() {
        for (int host = 1; host <= 5; host++) {
            fail(1, "2001:db8:0:1::" + host, "user-" + host);
        }

        assertThat(refuses("2001:db8:0:1:ffff::1", "somebody")).contains(Kind.NETWORK);
        assertThat(refuses("2001:db8:0:2::1", "somebody")).isEmpty();
    }

    /** A proxy that listens on IPv6 for both says of its IPv4 clients that they are ::ffff:192.0.2.1. */
    @Test
    void mappedAddressesAreOfTheirNetworksInIpv4() {
        for (int host = 1; host <= 5; host++) {
            fail(1, "::ffff:198.51.100." + host, "user-" + host);
        }

        assertThat(refuses("::ffff:198.51.100.99", "somebody")).contains(Kind.NETWORK);
        assertThat(refuses("::ffff:203.0.113.9", "somebody")).isEmpty();
    }

    /** Else a guesser with many connections would have as many guesses each time that one failure has faded. */
    @Test
    void whatWasTriedAtTheSameTimeHasToFadeAsWell() {
        fail(7, ATTACKER, "");

        clock.forward(WINDOW.dividedBy(3));
        assertThat(refuses(ATTACKER, "")).contains(Kind.ADDRESS);
        clock.forward(WINDOW.plus(WINDOW.dividedBy(3)));
        assertThat(refuses(ATTACKER, "")).isEmpty();
    }

    @Test
    void noBurstOfGuessesShutsOutForMuchLonger() {
        fail(1_000, ATTACKER, "");

        for (int half = 0; half < 2; half++) {
            clock.forward(WINDOW.dividedBy(2));
            assertThat(refuses(ATTACKER, "")).contains(Kind.ADDRESS);
        }
        clock.forward(WINDOW.dividedBy(2));
        assertThat(refuses(ATTACKER, "")).isEmpty();
    }

    @Test
    void aLoginIsTheSameHoweverItIsSpelt() {
        List<String> spellings = List.of("Andr\u00e9", " andre ", "\uff41ndre", "an\u00addre\u200b");
        for (int net = 1; net <= 4; net++) {
            fail(1, "192.0." + net + ".1", spellings.get(net - 1));
        }

        assertThat(refuses("203.0.113.9", "andre")).contains(Kind.LOGIN);
    }

    @Test
    void aLoginIsRefusedFromWhereverItIsGuessed() {
        for (int net = 1; net <= 4; net++) {
            fail(1, "192.0." + net + ".1", "Tim");
        }

        assertThat(refuses("203.0.113.9", "tim")).contains(Kind.LOGIN);
        assertThat(refuses("203.0.113.9", "tom")).isEmpty();
    }

    @Test
    void guessersElsewhereDoNotShutOutWhoHasLoggedInFromHere() {
        guesses.proven("203.0.113.9", "tim");
        for (int net = 1; net <= 4; net++) {
            fail(1, "192.0." + net + ".1", "tim");
        }

        assertThat(refuses("203.0.113.9", "tim")).isEmpty();
        assertThat(refuses("203.0.113.10", "tim")).contains(Kind.LOGIN);
    }

    @Test
    void guessersNextDoorDoNotShutOutWhoHasLoggedInFromHere() {
        guesses.proven("198.51.100.99", "tim");
        for (int host = 1; host <= 5; host++) {
            fail(1, "198.51.100." + host, "user-" + host);
        }

        assertThat(refuses("198.51.100.99", "tim")).isEmpty();
        assertThat(refuses("198.51.100.99", "tom")).contains(Kind.NETWORK);
        assertThat(refuses("198.51.100.98", "tim")).contains(Kind.NETWORK);
    }

    /** As with mechanisms that a backend speaks itself, of which the gateway knows no name. */
    @Test
    void whoHasLoggedInFromHereWithoutANameIsNotAnybodyElseWithoutOne() {
        guesses.proven("198.51.100.99", "");
        for (int host = 1; host <= 5; host++) {
            fail(1, "198.51.100." + host, "user-" + host);
        }

        assertThat(refuses("198.51.100.99", "")).contains(Kind.NETWORK);
    }

    @Test
    void whoHasLoggedInFromHereMayNotFailForEver() {
        guesses.proven(ATTACKER, "tim");
        fail(3, ATTACKER, "tim");

        assertThat(refuses(ATTACKER, "tim")).contains(Kind.ADDRESS);
    }

    /** Whoever has an account of a similar name would guess at another's without the limits of login and network. */
    @Test
    void whoHasLoggedInFromHereHasNotDoneSoByAnotherSpelling() {
        guesses.proven("203.0.113.9", "andr\u00e9");
        for (int net = 1; net <= 4; net++) {
            fail(1, "192.0." + net + ".1", "andre");
        }

        assertThat(refuses("203.0.113.9", "andr\u00e9")).isEmpty();
        assertThat(refuses("203.0.113.9", "andre")).contains(Kind.LOGIN);
    }

    @Test
    void eachFailureIsAnsweredLaterThanTheLast() {
        assertThat(List.of(delay(), delay(), delay()))
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void noFailureIsAnsweredLaterThanTheLongestDelay() {
        for (int failure = 0; failure < 100; failure++) {
            delay();
        }

        assertThat(delay()).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whoIsExemptMayFailForEver() {
        fail(100, "10.1.2.3", "tim");

        assertThat(refuses("10.1.2.3", "tim")).isEmpty();
        assertThat(refuses("203.0.113.9", "tim")).isEmpty();
        assertThat(decisions("exempted", "none")).isEqualTo(1);
    }

    private Duration delay() {
        return guesses.failed(ATTACKER, "tim").result();
    }

    private void fail(int times, String address, String login) {
        for (int failure = 0; failure < times; failure++) {
            assertThat(guesses.failed(address, login).succeeded()).isTrue();
        }
    }

    private Optional<Kind> refuses(String address, String login) {
        Future<Optional<Kind>> answer = guesses.refuses(address, login);
        assertThat(answer.succeeded()).isTrue();
        return answer.result();
    }

    private double decisions(String decision, String bucket) {
        return registry.get("smtpgate.auth.guessing.decisions")
                .tags("decision", decision, "bucket", bucket)
                .counter()
                .count();
    }
}
