package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;

/** LOGIN (draft-murchison-sasl-login-00): user name and password, each asked for; the first may come unasked. */
final class LoginMechanism implements SaslMechanism {

    // Clients exist that look at these words, colon and case included.
    private static final String USERNAME = "Username:";
    private static final String PASSWORD = "Password:";

    @Override
    public String name() {
        return "LOGIN";
    }

    @Override
    public CredentialKind presents() {
        return CredentialKind.PASSWORD;
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return new Exchange();
    }

    private static SaslStep.Challenge challenge(String text) {
        return new SaslStep.Challenge(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Exchange implements SaslExchange {
        private String username;

        @Override
        public SaslStep.Challenge prompt() {
            return challenge(USERNAME);
        }

        @Override
        public SaslStep respond(byte[] response) {
            try {
                return username == null ? takeUsername(response) : takePassword(response);
            } catch (Malformation malformation) {
                return malformation.step();
            }
        }

        private SaslStep takeUsername(byte[] response) throws Malformation {
            String name = ClientText.name(response, 0, response.length);
            if (name.isEmpty()) {
                throw new Malformation("empty user name");
            }
            username = name;
            return challenge(PASSWORD);
        }

        private SaslStep takePassword(byte[] response) throws Malformation {
            String password = ClientText.password(response, 0, response.length);
            return new SaslStep.Present(new Credentials.Password("", username, password));
        }
    }
}
