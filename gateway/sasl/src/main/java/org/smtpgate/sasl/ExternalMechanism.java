package org.smtpgate.sasl;

/** EXTERNAL (RFC 4422 appendix A): the proof is outside of SASL; the message names whom to act as, or nobody. */
final class ExternalMechanism implements SaslMechanism {

    @Override
    public String name() {
        return "EXTERNAL";
    }

    @Override
    public CredentialKind presents() {
        return CredentialKind.EXTERNAL;
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return ExternalMechanism::read;
    }

    private static SaslStep read(byte[] message) {
        try {
            return new SaslStep.Present(new Credentials.External(ClientText.name(message, 0, message.length)));
        } catch (Malformation malformation) {
            return malformation.step();
        }
    }
}
