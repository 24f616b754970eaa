package org.smtpgate.proxy.authn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.authn.EventLoop.ORIGIN;
import static org.smtpgate.proxy.authn.EventLoop.bytes;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.auth.User;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.Tls;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.sasl.SaslClientExchange;
import org.smtpgate.sasl.SaslClientMechanisms;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.auth.LogCapture;

/** What becomes of each mechanism on its way to the backends. */
@Timeout(20)
class MechanismsTest {
    private static final AuthOutcome REJECTED = new AuthOutcome.Rejected();

    private final Logins logins = new Logins();

    @AfterEach
    void closeLoop() {
        logins.close();
    }

    // Tokens, digests, certificates

    @Test
    void aTokenComesToTheBackendsThatTakeTokens() throws Exception {
        FakeBackend tokens = FakeBackend.forTokens();
        Authenticator authenticator = logins.authenticator(FakeBackend.refusing(), tokens);

        AuthOutcome outcome = logins.say(logins.begin(authenticator, "XOAUTH2"), "user=tim\1auth=Bearer abc\1\1");

        assertThat(outcome)
                .isEqualTo(new AuthOutcome.Accepted(new Identity("token", "XOAUTH2", "backend-2", Map.of())));
        SubmittedToken submitted = (SubmittedToken) tokens.submitted().get(0);
        assertThat(submitted.username()).isEqualTo("tim");
        assertThat(submitted.getToken()).isEqualTo("abc");
    }

    @Test
    void aRefusedTokenIsToldWhyFirst() throws Exception {
        Authenticator authenticator = logins.authenticator(FakeBackend.of(
                EnumSet.of(CredentialKind.TOKEN), () -> Future.failedFuture(new InvalidCredentialsException())));

        AuthOutcome outcome = logins.say(logins.begin(authenticator, "OAUTHBEARER"), "n,a=tim,\1auth=Bearer abc\1\1");

        assertThat(((AuthOutcome.Rejected) outcome).lastWords())
                .asString(UTF_8)
                .isEqualTo("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}");
        assertThat(logins.attempts()).containsExactly("OAUTHBEARER backend-1 rejected 1");
    }

    @Test
    void noTokenIsQuotedInAReason() throws Exception {
        Authenticator authenticator = logins.authenticator(
                FakeBackend.of(EnumSet.of(CredentialKind.TOKEN), () -> Future.failedFuture("no answer about abc.def")));

        assertThat(logins.say(logins.begin(authenticator, "XOAUTH2"), "user=tim\1auth=Bearer abc.def\1\1"))
                .isInstanceOfSatisfying(
                        AuthOutcome.Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).doesNotContain("abc.def"));
    }

    @Test
    void aDigestComesWithTheChallengeThatItAnswers() throws Exception {
        FakeBackend digests =
                FakeBackend.of(EnumSet.of(CredentialKind.DIGEST), () -> Future.succeededFuture(User.fromName("tim")));
        AuthExchange exchange = logins.begin(logins.authenticator(digests), "CRAM-MD5");

        String challenge = logins.challenge(logins.say(exchange, null));
        AuthOutcome outcome = logins.say(exchange, "tim b913a602c7eda7a495b4e6e7334d3890");

        assertThat(challenge).matches("<.+\\.\\d+@gate\\.example\\.org>");
        assertThat(outcome).isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "CRAM-MD5", "backend-1", Map.of())));
        SubmittedDigest submitted = (SubmittedDigest) digests.submitted().get(0);
        assertThat(submitted.challenge()).isEqualTo(challenge);
        assertThat(submitted.digest()).isEqualTo("b913a602c7eda7a495b4e6e7334d3890");
    }

    @Test
    void aCertificateIsAskedForOnlyWhereThereIsOne() throws Exception {
        FakeBackend certificates =
                FakeBackend.of(EnumSet.of(CredentialKind.EXTERNAL), () -> Future.succeededFuture(User.fromName("tim")));
        Authenticator authenticator = logins.authenticator(certificates);
        Origin certified = certified(TestCertificates.client("tim").certificate());

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE)).isEmpty();
        assertThat(authenticator.mechanisms(null, ChannelBindings.NONE)).isEmpty();
        assertThat(logins.loop().run(() -> authenticator.begin("EXTERNAL", EventLoop.VISIT)))
                .isEmpty();
        assertThat(authenticator.mechanisms(certified.tls(), ChannelBindings.NONE))
                .containsExactly("EXTERNAL");
        AuthExchange exchange = logins.loop()
                .run(() -> authenticator
                        .begin("EXTERNAL", new Visit(certified, ChannelBindings.NONE, FakeJudge.neverAsked()))
                        .orElseThrow());
        assertThat(logins.say(exchange, "")).isInstanceOf(AuthOutcome.Accepted.class);
        SubmittedCertificate submitted =
                (SubmittedCertificate) certificates.submitted().get(0);
        assertThat(submitted.origin().tls().certificate()).isNotNull();
    }

    private static Origin certified(X509Certificate certificate) {
        return new Origin(
                ORIGIN.listener(),
                ORIGIN.sessionId(),
                ORIGIN.client(),
                ORIGIN.server(),
                new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", certificate),
                ORIGIN.helo(),
                1);
    }

    // SCRAM

    @Test
    void scramIsOfferedWithTheHashesThatThereAreKeysFor() {
        Authenticator authenticator = logins.authenticator(new KeyStore(Map.of()), FakeBackend.refusing());

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE))
                .containsExactly("SCRAM-SHA-256", "PLAIN", "LOGIN");
    }

    @Test
    void channelBindingIsOfferedWithTheExporterAndWithTheEndPointOnlyWhereItIsNamed() {
        ChannelBindings exporter = type -> type.equals(ChannelBindings.TLS_EXPORTER) ? bytes("exported") : null;
        ChannelBindings endPoint = type -> type.equals(ChannelBindings.TLS_SERVER_END_POINT) ? bytes("hash") : null;
        List<GuardedBackend> stores = List.of(Guarded.of("keys", new KeyStore(Map.of())));
        Authenticator usual = logins.authenticator(stores, List.of());
        Authenticator named = logins.authenticator(stores, List.of("SCRAM-SHA-256-PLUS"));

        assertThat(usual.mechanisms(ORIGIN.tls(), exporter)).containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
        assertThat(usual.mechanisms(ORIGIN.tls(), endPoint)).containsExactly("SCRAM-SHA-256");
        assertThat(named.mechanisms(ORIGIN.tls(), endPoint)).containsExactly("SCRAM-SHA-256-PLUS");
        assertThat(named.mechanisms(ORIGIN.tls(), ChannelBindings.NONE)).isEmpty();
        assertThat(named.mechanisms(null, exporter)).isEmpty();
    }

    @Test
    void theFirstStoreThatKnowsTheUserHasItsKeys() throws Exception {
        Authenticator authenticator =
                logins.authenticator(new KeyStore(Map.of("ann", "x")), new KeyStore(Map.of("tim", "pencil")));

        assertThat(scram(authenticator, "", "tim", "pencil"))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "SCRAM-SHA-256", "backend-2", Map.of())));
        assertThat(scram(authenticator, "", "ann", "pencil")).isEqualTo(REJECTED);
        assertThat(logins.attempts())
                .containsExactlyInAnyOrder("SCRAM-SHA-256 backend-2 accepted 1", "SCRAM-SHA-256 backend-1 rejected 1");
    }

    @Test
    void anUnknownUserLooksLikeAKnownOneAndFailsAtTheProof() throws Exception {
        Authenticator authenticator = logins.authenticator(new KeyStore(Map.of("tim", "pencil")));

        String first = serverFirst(authenticator, "nobody");
        String second = serverFirst(authenticator, "nobody");

        assertThat(first).matches("r=.+,s=[A-Za-z0-9+/]{22}==,i=4096");
        assertThat(first.substring(first.indexOf(",s="))).isEqualTo(second.substring(second.indexOf(",s=")));
        assertThat(scram(authenticator, "", "nobody", "pencil")).isEqualTo(REJECTED);
    }

    private String serverFirst(Authenticator authenticator, String username) throws Exception {
        return logins.challenge(
                logins.say(logins.begin(authenticator, "SCRAM-SHA-256"), "n,,n=" + username + ",r=fyko"));
    }

    @Test
    void whoHasProvenAPasswordStillActsAsNobodyElse() throws Exception {
        Authenticator authenticator = logins.authenticator(new KeyStore(Map.of("tim", "pencil")));

        assertThat(scram(authenticator, "boss", "tim", "pencil")).isEqualTo(REJECTED);
        assertThat(scram(authenticator, "tim", "tim", "pencil")).isInstanceOf(AuthOutcome.Accepted.class);
    }

    @Test
    void aStoreThatCannotTellStopsTheWalk() throws Exception {
        KeyStore broken = new KeyStore(Map.of());
        broken.mood = () -> Future.failedFuture("down");
        Authenticator authenticator = logins.authenticator(broken, new KeyStore(Map.of("tim", "pencil")));

        assertThat(logins.say(logins.begin(authenticator, "SCRAM-SHA-256"), "n,,n=tim,r=fyko"))
                .isInstanceOf(AuthOutcome.Unavailable.class);
        broken.mood = () -> {
            throw new InvalidCredentialsException();
        };
        assertThat(logins.say(logins.begin(authenticator, "SCRAM-SHA-256"), "n,,n=tim,r=fyko"))
                .isInstanceOf(AuthOutcome.Unavailable.class);
    }

    @Test
    void keysOfTooFewIterationsAreNotUsed() throws Exception {
        Authenticator authenticator = logins.authenticator(new KeyStore(Map.of("tim", "pencil"), 1000));

        assertThat(logins.say(logins.begin(authenticator, "SCRAM-SHA-256"), "n,,n=tim,r=fyko"))
                .isEqualTo(new AuthOutcome.Unavailable("java.lang.IllegalArgumentException: "
                        + "SCRAM keys of 1000 iterations, where 4096 is the least"));
    }

    @Test
    void aStoreThatHangsIsNotWaitedForLongerThanTheTimeout() throws Exception {
        KeyStore stuck = new KeyStore(Map.of());
        stuck.mood = () -> Promise.<Void>promise().future();
        Authenticator authenticator = new Authenticator(
                List.of(Guarded.of("keys", stuck)),
                Duration.ofMillis(50),
                Guarded.guesses(Duration.ZERO),
                "gate",
                List.of(),
                logins.meters());

        assertThat(logins.say(logins.begin(authenticator, "SCRAM-SHA-256"), "n,,n=tim,r=fyko"))
                .isEqualTo(new AuthOutcome.Unavailable("no answer in time"));
    }

    /** A client that has been shown a shorter list: somebody stands between. */
    @Test
    void aDowngradeIsRefusedAndLogged() throws Exception {
        ChannelBindings exporter = type -> type.equals(ChannelBindings.TLS_EXPORTER) ? bytes("exported") : null;
        Authenticator authenticator = logins.authenticator(new KeyStore(Map.of("tim", "pencil")));
        try (LogCapture log = LogCapture.start()) {
            AuthExchange exchange = logins.loop()
                    .run(() -> authenticator
                            .begin("SCRAM-SHA-256", new Visit(ORIGIN, exporter, FakeJudge.neverAsked()))
                            .orElseThrow());
            assertThat(logins.say(exchange, "y,,n=tim,r=fyko")).isEqualTo(REJECTED);
            assertThat(log.text()).contains("downgrade");
        }
    }

    private AuthOutcome scram(Authenticator authenticator, String authorizationId, String username, String password)
            throws Exception {
        AuthExchange exchange = logins.begin(authenticator, "SCRAM-SHA-256");
        SaslClientExchange client = SaslClientMechanisms.start(
                "SCRAM-SHA-256", new ClientCredentials.Password(authorizationId, username, password));
        AuthOutcome outcome = logins.loop().await(() -> exchange.respond(client.initialResponse()));
        while (outcome instanceof AuthOutcome.Challenge challenge) {
            byte[] response = client.respond(challenge.bytes());
            outcome = logins.loop().await(() -> exchange.respond(response));
        }
        return outcome;
    }

    /** Like one that judges passwords: or each client would wait for one that is down for as long as it may. */
    @Test
    void aStoreOfScramKeysIsNotWaitedForBeyondItsTimeAndLeftAloneAfterFailures() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        KeyStore store = new KeyStore(Map.of("tim", "pencil"));
        store.mood = () -> {
            asked.incrementAndGet();
            return Promise.<Void>promise().future();
        };
        Authenticator authenticator =
                logins.authenticator(List.of(Guarded.of("keys", store, Guarded.IMPATIENT)), List.of());

        for (int login = 0; login < 3; login++) {
            assertThat(scram(authenticator, "", "tim", "pencil")).isInstanceOf(AuthOutcome.Unavailable.class);
        }
        assertThat(asked).hasValue(2);
    }

    // Which are offered

    @Test
    void aListOfNamesNarrowsWhatIsOffered() throws Exception {
        Speaker speaker = new Speaker(List.of("NTLM", "GSSAPI"), message -> Speaker.accept("tim"));
        List<GuardedBackend> backends =
                List.of(Guarded.of("passwords", FakeBackend.refusing()), Guarded.of("speaker", speaker));
        Authenticator authenticator = logins.authenticator(backends, List.of("PLAIN", "GSSAPI"));

        assertThat(authenticator.mechanisms(ORIGIN.tls(), ChannelBindings.NONE)).containsExactly("PLAIN", "GSSAPI");
        assertThat(logins.loop().run(() -> authenticator.begin("LOGIN", EventLoop.VISIT)))
                .isEmpty();
    }

    @Test
    void whatWasPresentedIsKnownForPasswordsAndTokensAlone() throws Exception {
        AuthExchange token = logins.begin(logins.authenticator(FakeBackend.forTokens()), "XOAUTH2");
        logins.say(token, "user=tim\1auth=Bearer abc\1\1");
        AuthExchange scram = logins.begin(logins.authenticator(new KeyStore(Map.of())), "SCRAM-SHA-256");
        logins.say(scram, "n,,n=tim,r=fyko");

        assertThat(token.presented()).isEqualTo(new Credentials.Token("", "tim", "abc"));
        assertThat(scram.presented()).isNull();
    }
}
