package org.smtpgate.sasl;

import java.util.List;
import java.util.Optional;

/** The mechanisms this gateway speaks as a server, the strongest first. */
public final class SaslMechanisms {
    private static final List<SaslMechanism> ALL = List.of(
            new ExternalMechanism(),
            ScramServerMechanism.SHA_256_PLUS,
            ScramServerMechanism.SHA_1_PLUS,
            ScramServerMechanism.SHA_256,
            ScramServerMechanism.SHA_1,
            new CramMd5Mechanism(),
            BearerMechanism.OAUTHBEARER,
            BearerMechanism.XOAUTH2,
            new PlainMechanism(),
            new LoginMechanism());

    private SaslMechanisms() {}

    /** All, in the order to offer them: many clients take the first that they know. */
    public static List<SaslMechanism> all() {
        return ALL;
    }

    /** The mechanism of this name; letter case is ignored, as some clients send lower case. */
    public static Optional<SaslMechanism> named(String name) {
        return ALL.stream()
                .filter(mechanism -> mechanism.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
