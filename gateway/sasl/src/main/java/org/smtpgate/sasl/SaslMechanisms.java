package org.smtpgate.sasl;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The mechanisms this gateway speaks, the preferred one first. */
public final class SaslMechanisms {
    private static final List<SaslMechanism> ALL = List.of(new PlainMechanism(), new LoginMechanism());

    private SaslMechanisms() {}

    /** The mechanism of this name; letter case is ignored, as some clients send lower case. */
    public static Optional<SaslMechanism> named(String name) {
        return ALL.stream()
                .filter(mechanism -> mechanism.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The names of those that present one of these kinds of credentials, in the order to offer them. */
    public static List<String> namesFor(Set<CredentialKind> kinds) {
        return ALL.stream()
                .filter(mechanism -> kinds.contains(mechanism.presents()))
                .map(SaslMechanism::name)
                .toList();
    }
}
