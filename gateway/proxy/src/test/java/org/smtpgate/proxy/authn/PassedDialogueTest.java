package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.authn.EventLoop.ORIGIN;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.sasl.ChannelBindings;

/** Mechanisms that the gateway does not speak, but a backend does. */
@Timeout(20)
class PassedDialogueTest {
    private static final AuthOutcome REJECTED = new AuthOutcome.Rejected();

    private final Logins logins = new Logins();

    @AfterEach
    void closeLoop() {
        logins.close();
    }

    @Test
    void whatABackendSpeaksIsPassedThroughStepByStep() throws Exception {
        Speaker speaker = new Speaker(
                List.of("gssapi"), message -> message == null ? Speaker.challenge("who?") : Speaker.accept("tim"));
        Authenticator authenticator = logins.authenticator(speaker);
        AuthExchange exchange = logins.begin(authenticator, "GSSAPI");

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE)).containsExactly("GSSAPI");
        assertThat(logins.challenge(logins.say(exchange, null))).isEqualTo("who?");
        assertThat(logins.say(exchange, "it's me"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "GSSAPI", "backend-1", Map.of())));
        assertThat(speaker.seen).containsExactly("begin GSSAPI", "respond null", "respond it's me");
        assertThat(exchange.presented()).isNull();
        assertThat(logins.attempts()).containsExactly("other backend-1 accepted 1");
    }

    @Test
    void theTwoFailuresOfABackendThatSpeaksAreKeptApart() throws Exception {
        AuthBackend refusing = new Speaker(
                List.of("SCRAM-SHA-256"), message -> Future.failedFuture(new InvalidCredentialsException()));
        AuthBackend broken =
                new Speaker(List.of("SCRAM-SHA-256"), message -> Future.failedFuture("cannot read: " + message));

        assertThat(logins.say(logins.begin(logins.authenticator(refusing), "SCRAM-SHA-256"), "secret words"))
                .isEqualTo(REJECTED);
        assertThat(logins.say(logins.begin(logins.authenticator(broken), "SCRAM-SHA-256"), "secret words"))
                .isInstanceOfSatisfying(
                        AuthOutcome.Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).doesNotContain("secret words"));
    }

    @Test
    void aMechanismThatOurBackendsServeIsNotPassedThroughAndTheFirstThatSpeaksHasTheRest() throws Exception {
        Speaker first =
                new Speaker(List.of("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"), message -> Speaker.accept("1"));
        Speaker second = new Speaker(List.of("NTLM", "SCRAM-SHA-1", "EXTERNAL"), message -> Speaker.accept("2"));
        Authenticator authenticator = logins.authenticator(first, second, FakeBackend.accepting("tim"));

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE))
                .containsExactly("SCRAM-SHA-1", "PLAIN", "LOGIN", "NTLM");
        assertThat(logins.loop().plain(authenticator, "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "PLAIN", "backend-3", Map.of())));
        assertThat(logins.say(logins.begin(authenticator, "SCRAM-SHA-1"), "x"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("1", "SCRAM-SHA-1", "backend-1", Map.of())));
    }

    @Test
    void whatABackendSpeaksMayChangeAtAnyTime() throws Exception {
        Speaker speaker = new Speaker(List.of("NTLM"), message -> Speaker.accept("tim"));
        Authenticator authenticator = logins.authenticator(speaker);
        speaker.mechanisms = List.of("GSSAPI", "not a name", "");

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE)).containsExactly("GSSAPI");
        assertThat(authenticator.mechanisms(null, ChannelBindings.NONE)).isEmpty();
        assertThat(logins.loop().run(() -> authenticator.begin("NTLM", EventLoop.VISIT)))
                .isEmpty();
    }

    @Test
    void anExchangeThatIsCancelledOrOverdueIsCancelledAtTheBackendToo() throws Exception {
        Promise<SaslBackend.Step> never = Promise.promise();
        Speaker speaker =
                new Speaker(List.of("NTLM"), message -> message == null ? Speaker.challenge("") : never.future());
        Authenticator authenticator = new Authenticator(
                List.of(Guarded.of("speaker", speaker)),
                Duration.ofMillis(50),
                Guarded.guesses(Duration.ZERO),
                "gate",
                List.of(),
                logins.meters());

        AuthExchange cancelled = logins.begin(authenticator, "NTLM");
        logins.say(cancelled, null);
        logins.loop().run(() -> {
            cancelled.cancel();
            return null;
        });
        AuthExchange overdue = logins.begin(authenticator, "NTLM");
        assertThat(logins.say(overdue, "x")).isEqualTo(new AuthOutcome.Unavailable("no answer in time"));

        assertThat(speaker.seen)
                .containsExactly("begin NTLM", "respond null", "cancel", "begin NTLM", "respond x", "cancel");
        assertThat(logins.attempts())
                .containsExactlyInAnyOrder("other speaker cancelled 1", "other speaker unavailable 1");
    }

    /** Where failures are counted elsewhere, the client may be gone before it is known whether it may try. */
    @Test
    void nothingIsBegunAtTheBackendForWhoIsGoneBeforeItIsLetTry() throws Exception {
        Speaker speaker = new Speaker(List.of("NTLM"), message -> Speaker.challenge("who?"));
        HeldBuckets counts = new HeldBuckets();
        Authenticator authenticator = new Authenticator(
                List.of(Guarded.of("speaker", speaker)),
                Duration.ofSeconds(10),
                counts.guesses(Duration.ZERO),
                "gate",
                List.of(),
                logins.meters());
        AuthExchange exchange = logins.begin(authenticator, "NTLM");

        Future<AuthOutcome> answer = logins.loop().run(() -> {
            Future<AuthOutcome> owed = exchange.respond(null);
            exchange.cancel();
            return owed;
        });
        counts.room.complete(1L);
        // Another turn of the loop, behind the one that the answer of the counts comes in.
        logins.loop().run(() -> null);

        assertThat(answer.result()).isEqualTo(new AuthOutcome.Unavailable("cancelled by the client"));
        assertThat(speaker.seen).isEmpty();
    }
}
