package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CRAM-MD5 (RFC 2195): the server's challenge comes back as a digest keyed with the password. */
final class CramMd5Mechanism implements SaslMechanism {
    private static final int RANDOM_OCTETS = 16;

    /** The name may have spaces in it. */
    private static final Pattern RESPONSE = Pattern.compile("(.+) ([0-9A-Fa-f]{32})", Pattern.DOTALL);

    @Override
    public String name() {
        return "CRAM-MD5";
    }

    @Override
    public CredentialKind presents() {
        return CredentialKind.DIGEST;
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return new Exchange(surroundings);
    }

    private static final class Exchange implements SaslExchange {
        private final Surroundings surroundings;
        private String challenge;

        Exchange(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        /** Random above all: who can guess the next challenge asks a client today for the answer of tomorrow. */
        @Override
        public SaslStep.Challenge prompt() {
            byte[] random = new byte[RANDOM_OCTETS];
            surroundings.random().nextBytes(random);
            challenge = "<" + HexFormat.of().formatHex(random) + "."
                    + surroundings.clock().instant().getEpochSecond() + "@" + surroundings.hostname() + ">";
            return new SaslStep.Challenge(challenge.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public SaslStep respond(byte[] response) {
            try {
                return read(response);
            } catch (Malformation malformation) {
                return malformation.step();
            }
        }

        private SaslStep read(byte[] response) throws Malformation {
            if (challenge == null) {
                // RFC 4954 section 4: it answers nothing that was asked.
                throw new Malformation("CRAM-MD5 takes no initial response");
            }
            Matcher matcher = RESPONSE.matcher(ClientText.name(response, 0, response.length));
            if (!matcher.matches()) {
                throw new Malformation("CRAM-MD5 takes a user name, a space and 32 hex digits");
            }
            String digest = matcher.group(2).toLowerCase(Locale.ROOT);
            return new SaslStep.Present(new Credentials.Digest(matcher.group(1), challenge, digest));
        }
    }
}
