package org.smtpgate.sasl;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The mechanisms this gateway can log in with as a client. Names are compared without regard to letter case. */
public final class SaslClientMechanisms {
    private SaslClientMechanisms() {}

    /** The names of all, the strongest first. */
    public static List<String> all() {
        return Arrays.stream(ClientMechanism.values())
                .map(ClientMechanism::saslName)
                .toList();
    }

    /**
     * The names of those that can carry these credentials, the strongest first. LOGIN and CRAM-MD5 know no
     * authorization identity, SCRAM no password that SASLprep (RFC 4013) prohibits; none carries an empty user name.
     */
    public static List<String> names(ClientCredentials credentials) {
        return carrying(credentials).stream().map(ClientMechanism::saslName).toList();
    }

    /**
     * The strongest that both sides know; empty when there is none.
     *
     * @param offered the names after AUTH in the server's EHLO
     * @param named the only one to consider, or null
     */
    public static Optional<String> choose(ClientCredentials credentials, Collection<String> offered, String named) {
        return carrying(credentials).stream()
                .map(ClientMechanism::saslName)
                .filter(name -> named == null || name.equalsIgnoreCase(named))
                .filter(name -> offered.stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    /**
     * Whether who reads the dialogue learns the password or token: such a mechanism needs TLS (RFC 4954 section 4).
     *
     * @throws IllegalArgumentException when there is no such mechanism
     */
    public static boolean exposesSecret(String mechanism) {
        return named(mechanism).exposesSecret();
    }

    /**
     * What it carries.
     *
     * @throws IllegalArgumentException when there is no such mechanism
     */
    public static CredentialKind kind(String mechanism) {
        return named(mechanism).kind();
    }

    /**
     * Whether it can say whom to act as (RFC 4422 section 2), if that is not whom it logs in.
     *
     * @throws IllegalArgumentException when there is no such mechanism
     */
    public static boolean actsForOthers(String mechanism) {
        return named(mechanism).actsForOthers();
    }

    /**
     * Whether answering takes long enough to be kept off an event loop (SCRAM's key derivation).
     *
     * @throws IllegalArgumentException when there is no such mechanism
     */
    public static boolean derivesKey(String mechanism) {
        return named(mechanism).derivesKey();
    }

    /**
     * Begins an exchange.
     *
     * @throws IllegalArgumentException when {@link #names} has no such mechanism for these credentials
     */
    public static SaslClientExchange start(String mechanism, ClientCredentials credentials) {
        ClientMechanism found = named(mechanism);
        if (!found.carries(credentials)) {
            throw new IllegalArgumentException(found.saslName() + " cannot carry these credentials");
        }
        return found.start(credentials);
    }

    private static List<ClientMechanism> carrying(ClientCredentials credentials) {
        return Arrays.stream(ClientMechanism.values())
                .filter(mechanism -> mechanism.carries(credentials))
                .toList();
    }

    private static ClientMechanism named(String name) {
        return Arrays.stream(ClientMechanism.values())
                .filter(mechanism -> mechanism.saslName().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no SASL mechanism of this name"));
    }
}
