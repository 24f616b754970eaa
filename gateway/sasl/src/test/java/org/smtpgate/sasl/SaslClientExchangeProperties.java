package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.common.ScramMechanism;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SaslClientExchangeProperties {

    /** Whatever the server says, in whatever order: an answer or a SaslException that shows no secret. */
    @Property
    void everyChallengeGivesAnAnswerOrASaslException(
            @ForAll("secrets") String secret,
            @ForAll("credentials") ClientCredentials sample,
            @ForAll("dialogues") List<byte[]> challenges) {
        ClientCredentials credentials = withSecret(sample, secret);
        for (String mechanism : SaslClientMechanisms.names(credentials)) {
            SaslClientExchange exchange = SaslClientMechanisms.start(mechanism, credentials);
            assertThat(exchange.toString()).doesNotContain(secret);
            for (byte[] challenge : challenges) {
                try {
                    assertThat(exchange.respond(challenge)).isNotNull();
                } catch (SaslException e) {
                    assertThat(e.toString()).doesNotContain(secret);
                    assertThat(e.getCause()).isNull();
                }
            }
            if (SaslClientMechanisms.derivesKey(mechanism)) {
                assertThat(exchange.complete()).isFalse();
            }
        }
    }

    /** As above, but past the first message: the server knows the client's nonce. */
    @Property
    void noDialogueProvesAServerThatDoesNotKnowThePassword(
            @ForAll("tails") String tail, @ForAll("dialogues") List<byte[]> challenges) {
        ScramExchange exchange = new ScramExchange(
                ScramMechanism.SCRAM_SHA_1, new ClientCredentials.Password("", "tim", "pencil"), () -> "fyko");
        try {
            exchange.respond(("r=fyko3rfc" + tail).getBytes(UTF_8));
            for (byte[] challenge : challenges) {
                exchange.respond(challenge);
            }
        } catch (SaslException e) {
            assertThat(e.toString()).doesNotContain("pencil");
        }
        assertThat(exchange.complete()).isFalse();
    }

    @Provide
    Arbitrary<String> tails() {
        return Arbitraries.oneOf(
                Arbitraries.of(",s=QSXCR+Q6sek8bf92,i=4096", ",s=A,i=4096", ",s====,i=4096", ",s=AAAA,i=4096,x=y"),
                scramLike().map(text -> "," + text));
    }

    /** names() keeps its word, and nothing is sent but what was given: what cannot be carried is not changed. */
    @Property
    void whatIsNamedCanBeStarted(
            @ForAll("names") String authorizationId, @ForAll("names") String username, @ForAll("texts") String secret) {
        for (ClientCredentials credentials : List.of(
                new ClientCredentials.Password(authorizationId, username, secret),
                new ClientCredentials.Token(authorizationId, username, secret, "mx.example", 587),
                new ClientCredentials.External(authorizationId))) {
            for (String mechanism : SaslClientMechanisms.names(credentials)) {
                byte[] first =
                        SaslClientMechanisms.start(mechanism, credentials).initialResponse();
                assertThat(first == null).isEqualTo(mechanism.equals("LOGIN") || mechanism.equals("CRAM-MD5"));
                if (mechanism.equals("PLAIN")) {
                    assertThat(new String(first, UTF_8)).isEqualTo(authorizationId + "\0" + username + "\0" + secret);
                }
            }
        }
    }

    private static ClientCredentials withSecret(ClientCredentials sample, String secret) {
        if (sample instanceof ClientCredentials.Password password) {
            return new ClientCredentials.Password(password.authorizationId(), password.username(), secret);
        }
        if (sample instanceof ClientCredentials.Token token) {
            return new ClientCredentials.Token(
                    token.authorizationId(), token.username(), secret, token.host(), token.port());
        }
        return sample;
    }

    @Provide
    Arbitrary<ClientCredentials> credentials() {
        return Arbitraries.of(
                new ClientCredentials.Password("", "tim", ""),
                new ClientCredentials.Password("alice", "master", ""),
                new ClientCredentials.Token("", "tim", "", "mx.example", 587),
                new ClientCredentials.External("tim"));
    }

    /** Capital letters, which stand nowhere else in what is printed. */
    @Provide
    Arbitrary<String> secrets() {
        return Arbitraries.strings().withChars("QXZ").ofMinLength(3).ofMaxLength(40);
    }

    @Provide
    Arbitrary<List<byte[]>> dialogues() {
        return Arbitraries.oneOf(
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(80),
                        scramLike().map(text -> text.getBytes(UTF_8)))
                .list()
                .ofMaxSize(4);
    }

    /** Messages that come near to SCRAM's, so that its parsers get past their first character. */
    private static Arbitrary<String> scramLike() {
        Arbitrary<String> field = Combinators.combine(
                        Arbitraries.of("r", "s", "i", "v", "e", "m", "n", "x", ""),
                        Arbitraries.of("=", "", "=="),
                        Arbitraries.of(
                                "", "abc", "AAAA", "QSXCR+Q6sek8bf92", "%", "-1", "99999999999", "4095", "\0", "é"))
                .as((name, equals, value) -> name + equals + value);
        return field.list().ofMaxSize(5).map(fields -> String.join(",", fields));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.just(""), Arbitraries.strings().ofMaxLength(12), Arbitraries.of("tim", "a,b=c", "名前"));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(24),
                Arbitraries.strings().withCharRange('!', '~').ofMaxLength(24));
    }
}
