package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SaslExchangeProperties {
    private static final ScramDecoys DECOYS = new ScramDecoys(new byte[] {1});

    @Property
    void plainGivesAStepForAnyBytes(@ForAll("messages") byte[] message) {
        SaslStep step =
                SaslMechanisms.named("PLAIN").orElseThrow().start(Worlds.PLAIN).respond(message);

        assertThat(step).isInstanceOfAny(SaslStep.Present.class, SaslStep.Malformed.class);
    }

    @Property
    void loginGivesAStepForAnyBytesAndIsOverAfterTwo(
            @ForAll("messages") byte[] name, @ForAll("messages") byte[] password) {
        SaslExchange exchange = SaslMechanisms.named("LOGIN").orElseThrow().start(Worlds.PLAIN);

        if (exchange.respond(name) instanceof SaslStep.Challenge) {
            assertThat(exchange.respond(password)).isInstanceOfAny(SaslStep.Present.class, SaslStep.Malformed.class);
        }
    }

    /** Whatever a client says, in whatever order; a decoy stands for the keys, so that nobody ever proves anything. */
    @Property
    void everyMechanismGivesAStepForAnyDialogueAndWithoutAPasswordNobodyGetsIn(
            @ForAll("allMechanisms") SaslMechanism mechanism,
            @ForAll("bindings") Surroundings surroundings,
            @ForAll boolean prompted,
            @ForAll("dialogues") List<byte[]> messages) {
        SaslExchange exchange = mechanism.start(surroundings);
        if (prompted) {
            exchange.prompt();
        }
        for (byte[] message : messages) {
            SaslStep step = exchange.respond(message);
            if (step instanceof SaslStep.LookUp lookUp) {
                step = lookUp.then().apply(DECOYS.keys(lookUp.hash(), lookUp.username(), 4096));
            }
            assertThat(step).isNotInstanceOf(SaslStep.Proven.class);
            if (!(step instanceof SaslStep.Challenge)) {
                break;
            }
        }
    }

    @Provide
    Arbitrary<SaslMechanism> allMechanisms() {
        return Arbitraries.of(SaslMechanisms.all());
    }

    @Provide
    Arbitrary<Surroundings> bindings() {
        return Arbitraries.of(Worlds.PLAIN, Worlds.BINDING);
    }

    /** Noise, and messages that come near to those of some mechanism. */
    @Provide
    Arbitrary<List<byte[]>> dialogues() {
        Arbitrary<String> parts = Arbitraries.of(
                "n,",
                "y,",
                "p=tls-server-end-point,",
                "p=tls-unique,",
                ",",
                "a=tim,",
                "n=user,",
                "r=fyko",
                "r=",
                "c=biws,",
                ",p=AAAA",
                ",m=x,",
                "=2C",
                "=",
                "\1",
                "auth=Bearer abc",
                "auth=",
                "user=tim",
                "host=h",
                "\1\1",
                "\0",
                "tim ",
                "b913a602c7eda7a495b4e6e7334d3890",
                "é",
                "\ufff9",
                "\u00ad");
        Arbitrary<byte[]> likely = parts.list().ofMaxSize(9).map(list -> bytes(String.join("", list)));
        return Arbitraries.oneOf(messages(), likely).list().ofMinSize(1).ofMaxSize(4);
    }

    @Property
    void noStepPrintsTheSecret(@ForAll("mechanisms") String mechanism, @ForAll("secrets") String secret) {
        SaslExchange exchange = SaslMechanisms.named(mechanism).orElseThrow().start(Worlds.PLAIN);

        SaslStep step = mechanism.equals("PLAIN")
                ? exchange.respond(bytes("Ursel\0tim\0" + secret))
                : exchange.respond(bytes("tim")) instanceof SaslStep.Challenge ? exchange.respond(bytes(secret)) : null;

        assertThat(step).isInstanceOf(SaslStep.Present.class);
        assertThat(step.toString()).contains("tim").doesNotContain(secret);
    }

    @Property
    void plainPresentsWhatTheClientEncoded(
            @ForAll("optionalNames") String authorizationId,
            @ForAll("names") String username,
            @ForAll("passwords") String password) {
        SaslExchange exchange = SaslMechanisms.named("PLAIN").orElseThrow().start(Worlds.PLAIN);

        assertThat(exchange.respond(bytes(authorizationId + "\0" + username + "\0" + password)))
                .isEqualTo(new SaslStep.Present(new Credentials.Password(authorizationId, username, password)));
    }

    @Property
    void loginPresentsWhatTheClientEncoded(@ForAll("names") String username, @ForAll("passwords") String password) {
        SaslExchange exchange = SaslMechanisms.named("LOGIN").orElseThrow().start(Worlds.PLAIN);

        assertThat(exchange.respond(bytes(username))).isInstanceOf(SaslStep.Challenge.class);
        assertThat(exchange.respond(bytes(password)))
                .isEqualTo(new SaslStep.Present(new Credentials.Password("", username, password)));
    }

    /** A reason goes into a reply: what a client may send must not choose its words. */
    @Property
    void aMalformationHasOneOfAFewReasons(@ForAll("mechanisms") String mechanism, @ForAll("messages") byte[] message) {
        if (SaslMechanisms.named(mechanism).orElseThrow().start(Worlds.PLAIN).respond(message)
                instanceof SaslStep.Malformed malformed) {
            assertThat(malformed.reason())
                    .isIn(
                            "not valid UTF-8",
                            "empty user name",
                            "control character in a user name",
                            "NUL in the password",
                            "PLAIN takes three fields with NUL between them");
        }
    }

    /** Random bytes seldom have two NULs; these do, every other time. */
    @Provide
    Arbitrary<byte[]> messages() {
        Arbitrary<Byte> anyByte = Arbitraries.bytes();
        Arbitrary<Byte> tellingByte = Arbitraries.of(List.of(
                (byte) 0,
                (byte) 'a',
                (byte) '\r',
                (byte) 0x7f,
                (byte) 0x80,
                (byte) 0xc3,
                (byte) 0xa9,
                (byte) 0xed,
                (byte) 0xff));
        return Arbitraries.oneOf(anyByte, tellingByte).array(byte[].class).ofMaxSize(64);
    }

    @Provide
    Arbitrary<String> mechanisms() {
        return Arbitraries.of("PLAIN", "LOGIN");
    }

    /** Capital letters, which stand nowhere else in what is printed. */
    @Provide
    Arbitrary<String> secrets() {
        return Arbitraries.strings().withChars("QXZÄ").ofMinLength(1).ofMaxLength(40);
    }

    @Provide
    Arbitrary<String> optionalNames() {
        return Arbitraries.oneOf(Arbitraries.just(""), names());
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(64),
                Arbitraries.strings()
                        .withCharRange('\u00a0', '\ud7ff')
                        .ofMinLength(1)
                        .ofMaxLength(32),
                Arbitraries.of("tim@example.org", "🔑", "名前@例え.jp"));
    }

    /** Possibly empty, with control characters: all that RFC 4616 section 2 allows. */
    @Provide
    Arbitrary<String> passwords() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0001', '\ud7ff').ofMaxLength(64),
                Arbitraries.of("", "🔑", "\r\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
