package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** The surroundings of exchanges in tests. */
final class Worlds {
    static final byte[] END_POINT = "hash of the certificate".getBytes(StandardCharsets.UTF_8);

    /** No channel binding is offered, nor possible. */
    static final Surroundings PLAIN = with(ChannelBindings.NONE, false);

    /** One type of binding is possible, and was offered. */
    static final Surroundings BINDING =
            with(type -> type.equals(ChannelBindings.TLS_SERVER_END_POINT) ? END_POINT : null, true);

    private Worlds() {}

    private static Surroundings with(ChannelBindings bindings, boolean offered) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(896_697_170), ZoneOffset.UTC);
        return new Surroundings("gate.example.org", new SecureRandom(), clock, bindings, offered);
    }
}
