package org.smtpgate.auth.dovecot;

import java.util.List;

/** The mechanisms that the server listed in its handshake and that are for mail clients. */
record Offer(List<Mechanism> mechanisms) {
    Offer {
        mechanisms = mechanisms.stream().filter(Mechanism::forClients).toList();
    }

    boolean has(String name) {
        return mechanisms.stream().anyMatch(mechanism -> mechanism.name().equals(name));
    }

    /** Those for a connection that is encrypted or is not, in the server's order. */
    List<String> names(boolean encrypted) {
        return mechanisms.stream()
                .filter(mechanism -> encrypted || !mechanism.needsEncryption())
                .map(Mechanism::name)
                .distinct()
                .toList();
    }
}
