package org.smtpgate.sasl;

import com.ongres.scram.common.ScramMechanism;

/**
 * SCRAM (RFC 5802, RFC 7677), server side: both prove that they know the password, and neither shows it.
 *
 * @param algorithms the library's name for its functions
 */
record ScramServerMechanism(String name, String keyHash, ScramMechanism algorithms) implements SaslMechanism {
    static final SaslMechanism SHA_256_PLUS =
            new ScramServerMechanism("SCRAM-SHA-256-PLUS", "SHA-256", ScramMechanism.SCRAM_SHA_256_PLUS);
    static final SaslMechanism SHA_1_PLUS =
            new ScramServerMechanism("SCRAM-SHA-1-PLUS", "SHA-1", ScramMechanism.SCRAM_SHA_1_PLUS);
    static final SaslMechanism SHA_256 =
            new ScramServerMechanism("SCRAM-SHA-256", "SHA-256", ScramMechanism.SCRAM_SHA_256);
    static final SaslMechanism SHA_1 = new ScramServerMechanism("SCRAM-SHA-1", "SHA-1", ScramMechanism.SCRAM_SHA_1);

    @Override
    public CredentialKind presents() {
        return null;
    }

    @Override
    public boolean bindsChannel() {
        return algorithms.isPlus();
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return new ScramServerExchange(this, surroundings);
    }
}
