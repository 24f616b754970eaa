package org.smtpgate.sasl;

/**
 * LOGIN (draft-murchison-sasl-login-00), client side: the user name, then the password, whatever the server asks for
 * them with; the draft has clients ignore the words.
 */
final class LoginExchange implements SaslClientExchange {
    private enum Step {
        USERNAME,
        PASSWORD,
        DONE
    }

    private final ClientCredentials.Password credentials;
    private Step next = Step.USERNAME;

    LoginExchange(ClientCredentials.Password credentials) {
        this.credentials = credentials;
    }

    @Override
    public byte[] initialResponse() {
        return null;
    }

    @Override
    public byte[] respond(byte[] challenge) throws SaslException {
        switch (next) {
            case USERNAME -> {
                next = Step.PASSWORD;
                return ClientMessages.utf8(credentials.username());
            }
            case PASSWORD -> {
                next = Step.DONE;
                return ClientMessages.utf8(credentials.password());
            }
            default -> throw new SaslException("the server asked for more than a user name and a password");
        }
    }

    @Override
    public boolean complete() {
        return next == Step.DONE;
    }
}
