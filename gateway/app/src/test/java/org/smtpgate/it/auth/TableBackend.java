package org.smtpgate.it.auth;

import java.util.Locale;
import java.util.function.Function;
import org.smtpgate.it.fixture.Ports;

/**
 * A column of the table: a backend with a listener that offers whatever can stand before it and, where it has SCRAM keys,
 * another one that offers {@code -PLUS} alone, which Java 17 does not do unasked.
 *
 * @param head of the column
 * @param section the backend's of the configuration, in one line
 * @param upstream where mail goes
 * @param keys whether it has SCRAM keys
 * @param accounts whom it knows, by mechanism
 */
record TableBackend(
        String head,
        String section,
        String upstream,
        boolean keys,
        Function<String, TableAccount> accounts,
        int port,
        int boundPort) {
    private static final String LISTENER = """
              - name: %1$s%2$s
                address: 127.0.0.1:%3$d
                hostname: gateway.example.org
                tls: { mode: starttls, certificate: tls.crt, key: tls.key, client-certificates: request, client-trust: authority.crt }
                auth: { backends: [ %1$s ]%4$s }
                route: %5$s
            """;
    private static final String BOUND = "-bound";

    /** With the one user, whose one password is for all mechanisms. */
    static TableBackend of(String head, String section) {
        return new TableBackend(
                head, section, "mail", false, mechanism -> TableAccount.usual(), Ports.free(), Ports.free());
    }

    TableBackend accounts(Function<String, TableAccount> known) {
        return new TableBackend(head, section, upstream, keys, known, port, boundPort);
    }

    TableBackend withKeys() {
        return new TableBackend(head, section, upstream, true, accounts, port, boundPort);
    }

    TableBackend upstream(String other) {
        return new TableBackend(head, section, other, keys, accounts, port, boundPort);
    }

    /** The backend's, in the configuration. */
    private String name() {
        return head.substring(head.indexOf(' ') + 1).toLowerCase(Locale.ROOT);
    }

    String listener(String mechanism) {
        return name() + (mechanism.endsWith("-PLUS") ? BOUND : "");
    }

    int port(String mechanism) {
        return mechanism.endsWith("-PLUS") ? boundPort : port;
    }

    String listenerYaml() {
        String usual = LISTENER.formatted(name(), "", port, "", upstream);
        String bound = LISTENER.formatted(
                name(), BOUND, boundPort, ", mechanisms: [ SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS ]", upstream);
        return keys ? usual + bound : usual;
    }

    String backendYaml() {
        return "  " + name() + ": " + section + "\n";
    }

    /** Without the section, in which secrets are. */
    @Override
    public String toString() {
        return head;
    }
}
