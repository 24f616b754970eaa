package org.smtpgate.sasl;

/** PLAIN (RFC 4616): one message, {@code [authzid] NUL authcid NUL passwd}. */
final class PlainMechanism implements SaslMechanism {

    @Override
    public String name() {
        return "PLAIN";
    }

    @Override
    public CredentialKind presents() {
        return CredentialKind.PASSWORD;
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return PlainMechanism::read;
    }

    private static SaslStep read(byte[] message) {
        try {
            int first = indexOfNul(message, 0);
            int second = indexOfNul(message, first + 1);
            String authorizationId = ClientText.name(message, 0, first);
            String username = ClientText.name(message, first + 1, second);
            if (username.isEmpty()) {
                throw new Malformation("empty user name");
            }
            String password = ClientText.password(message, second + 1, message.length);
            return new SaslStep.Present(new Credentials.Password(authorizationId, username, password));
        } catch (Malformation malformation) {
            return malformation.step();
        }
    }

    private static int indexOfNul(byte[] message, int from) throws Malformation {
        for (int i = from; i < message.length; i++) {
            if (message[i] == 0) {
                return i;
            }
        }
        throw new Malformation("PLAIN takes three fields with NUL between them");
    }
}
