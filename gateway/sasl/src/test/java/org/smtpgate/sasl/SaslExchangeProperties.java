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

    @Property
    void plainGivesAStepForAnyBytes(@ForAll("messages") byte[] message) {
        SaslStep step = SaslMechanisms.named("PLAIN").orElseThrow().start().respond(message);

        assertThat(step).isInstanceOfAny(SaslStep.Present.class, SaslStep.Malformed.class);
    }

    @Property
    void loginGivesAStepForAnyBytesAndIsOverAfterTwo(
            @ForAll("messages") byte[] name, @ForAll("messages") byte[] password) {
        SaslExchange exchange = SaslMechanisms.named("LOGIN").orElseThrow().start();

        if (exchange.respond(name) instanceof SaslStep.Challenge) {
            assertThat(exchange.respond(password)).isInstanceOfAny(SaslStep.Present.class, SaslStep.Malformed.class);
        }
    }

    @Property
    void noStepPrintsTheSecret(@ForAll("mechanisms") String mechanism, @ForAll("secrets") String secret) {
        SaslExchange exchange = SaslMechanisms.named(mechanism).orElseThrow().start();

        SaslStep step = mechanism.equals("PLAIN")
                ? exchange.respond(bytes("Ursel\0tim\0" + secret))
                : exchange.respond(bytes("tim")) instanceof SaslStep.Challenge ? exchange.respond(bytes(secret)) : null;

        assertThat(step).isInstanceOf(SaslStep.Present.class);
        assertThat(step.toString()).contains("tim").doesNotContain(secret);
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
