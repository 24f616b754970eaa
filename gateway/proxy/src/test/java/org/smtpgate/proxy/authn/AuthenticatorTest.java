package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.smtpgate.proxy.authn.EventLoop.ORIGIN;
import static org.smtpgate.proxy.authn.EventLoop.VISIT;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.testkit.auth.LogCapture;

@Timeout(20)
class AuthenticatorTest {
    private static final AuthOutcome REJECTED = new AuthOutcome.Rejected();

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void offersWhatSomeBackendAccepts() {
        assertThat(offered(authenticator(FakeBackend.forTokens(), FakeBackend.refusing())))
                .containsExactly("OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN");
        assertThat(offered(authenticator(FakeBackend.refusing()))).containsExactly("PLAIN", "LOGIN");
        assertThat(offered(authenticator())).isEmpty();
    }

    private static List<String> offered(Authenticator authenticator) {
        return authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE);
    }

    @Test
    void beginsNoMechanismThatIsUnknownOrNotOffered() throws Exception {
        Authenticator passwords = authenticator(FakeBackend.refusing());
        Authenticator tokens = authenticator(FakeBackend.forTokens());

        assertThat(loop.run(() -> passwords.begin("CRAM-MD5", VISIT))).isEmpty();
        assertThat(loop.run(() -> tokens.begin("PLAIN", VISIT))).isEmpty();
        assertThat(loop.run(() -> passwords.begin("plain", VISIT))).isPresent();
    }

    @Test
    void refusesATimeoutThatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Authenticator(
                        List.of(), Duration.ZERO, Guarded.guesses(Duration.ZERO), "gate", List.of(), meters()));
    }

    @Test
    void theFirstSuccessEndsTheWalkAndNamesTheUserAsTheBackendDoes() throws Exception {
        FakeBackend third = FakeBackend.accepting("somebody");
        Authenticator authenticator = authenticator(FakeBackend.refusing(), FakeBackend.accepting("tim"), third);

        assertThat(loop.plain(authenticator, "", "Tim", "secret"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "PLAIN", "backend-2", Map.of())));
        assertThat(third.asked()).isEmpty();
    }

    @Test
    void aUserWithoutASubjectGoesByTheNameItGave() throws Exception {
        FakeBackend nameless = FakeBackend.answering(() -> Future.succeededFuture(User.create(new JsonObject())));

        assertThat(loop.plain(authenticator(nameless), "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "PLAIN", "backend-1", Map.of())));
    }

    @Test
    void rejectsWhenEveryBackendDoes() throws Exception {
        FakeBackend first = FakeBackend.refusing();
        FakeBackend last = FakeBackend.refusing();

        assertThat(loop.plain(authenticator(first, last), "", "tim", "wrong")).isEqualTo(REJECTED);
        assertThat(first.asked()).hasSize(1);
        assertThat(last.asked()).hasSize(1);
    }

    @Test
    void aBrokenBackendStopsTheWalkAsTheNextOnesNoWouldNotBeTheTruth() throws Exception {
        FakeBackend next = FakeBackend.refusing();
        Authenticator authenticator =
                authenticator(FakeBackend.refusing(), FakeBackend.failing(new IllegalStateException("no route")), next);

        assertThat(loop.plain(authenticator, "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Unavailable("java.lang.IllegalStateException: no route"));
        assertThat(next.asked()).isEmpty();
    }

    @Test
    void aBackendThatBreaksItsContractCannotTell() throws Exception {
        List<FakeBackend> contractBreakers = List.of(
                FakeBackend.answering(() -> {
                    throw new IllegalStateException("bug");
                }),
                FakeBackend.answering(() -> {
                    throw new InvalidCredentialsException();
                }),
                FakeBackend.answering(() -> {
                    throw new NoClassDefFoundError("client/Library");
                }),
                FakeBackend.answering(() -> null),
                FakeBackend.answering(Future::succeededFuture),
                FakeBackend.answering(() -> Future.succeededFuture(User.create(new JsonObject().put("sub", 42)))));

        for (FakeBackend backend : contractBreakers) {
            assertThat(loop.plain(authenticator(backend), "", "tim", "secret"))
                    .isInstanceOf(AuthOutcome.Unavailable.class);
        }
    }

    @Test
    void skipsBackendsForOtherKindsOfCredentials() throws Exception {
        FakeBackend tokens = FakeBackend.forTokens();

        assertThat(loop.plain(authenticator(tokens, FakeBackend.accepting("tim")), "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "PLAIN", "backend-2", Map.of())));
        assertThat(tokens.asked()).isEmpty();
    }

    @Test
    void rejectsAnEmptyPasswordBeforeAnyBackendCouldTakeItForAnAnonymousBind() throws Exception {
        FakeBackend gullible = FakeBackend.accepting("tim");

        assertThat(loop.plain(authenticator(gullible), "", "tim", "")).isEqualTo(REJECTED);
        assertThat(gullible.asked()).isEmpty();
    }

    @Test
    void tellsBackendsWhatWasSubmittedAndWhere() throws Exception {
        FakeBackend backend = FakeBackend.accepting("tim");

        loop.plain(authenticator(backend), "boss", "tim", "secret");

        SubmittedPassword submitted = backend.asked().get(0);
        assertThat(submitted.getUsername()).isEqualTo("tim");
        assertThat(submitted.getPassword()).isEqualTo("secret");
        assertThat(submitted.authorizationId()).isEqualTo("boss");
        assertThat(submitted.origin()).isEqualTo(ORIGIN);
    }

    @Test
    void nobodyActsAsAnotherUserUnlessTheBackendMadeThatOneTheSubject() throws Exception {
        Authenticator plainly = authenticator(FakeBackend.accepting("tim"));
        Authenticator granting = authenticator(FakeBackend.accepting("boss"));

        assertThat(loop.plain(plainly, "boss", "tim", "secret")).isEqualTo(REJECTED);
        assertThat(loop.plain(plainly, "tim", "tim", "secret")).isInstanceOf(AuthOutcome.Accepted.class);
        assertThat(loop.plain(granting, "boss", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("boss", "PLAIN", "backend-1", Map.of())));
    }

    @Test
    void warnsOfABrokenBackendWithEverythingButThePassword() throws Exception {
        FakeBackend chatty = FakeBackend.failing(new IllegalStateException("cannot bind tim with hunter2-hunter2"));
        AuthOutcome outcome;
        String logged;
        try (LogCapture log = LogCapture.start()) {
            outcome = loop.plain(authenticator(chatty), "", "tim", "hunter2-hunter2");
            logged = log.text();
        }

        assertThat(outcome).isEqualTo(new AuthOutcome.Unavailable("java.lang.IllegalStateException"));
        assertThat(logged)
                .containsPattern("WARN .*session=s-42 .*backend=backend-1 .*IllegalStateException")
                .doesNotContain("hunter2-hunter2");
    }

    @Test
    void aReasonStaysOnOneLine() throws Exception {
        FakeBackend forger = FakeBackend.failing(new IllegalStateException("down\r\nINFO login of root accepted"));

        assertThat(loop.plain(authenticator(forger), "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Unavailable(
                        "java.lang.IllegalStateException: down INFO login of root accepted"));
    }

    private static AuthMeters meters() {
        return new AuthMeters(new SimpleMeterRegistry(), "submission");
    }

    private static Authenticator authenticator(FakeBackend... backends) {
        List<GuardedBackend> named = new ArrayList<>();
        for (FakeBackend backend : backends) {
            named.add(Guarded.of("backend-" + (named.size() + 1), backend));
        }
        return new Authenticator(
                named, Duration.ofSeconds(30), Guarded.guesses(Duration.ZERO), "gate.example.org", List.of(), meters());
    }
}
