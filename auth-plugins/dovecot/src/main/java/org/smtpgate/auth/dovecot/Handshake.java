package org.smtpgate.auth.dovecot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The server's part of the handshake: lines up to {@code DONE}, in any order. */
final class Handshake {
    private static final String MAJOR_VERSION = "1";

    /** Dovecot knows some fifteen mechanisms. */
    private static final int MAX_MECHANISMS = 100;

    private final List<Mechanism> mechanisms = new ArrayList<>();
    private boolean versionSeen;

    /** @return what the server offers, with its last line */
    Optional<Offer> take(AuthLine line) throws BrokenProtocolException {
        switch (line.command()) {
            case "VERSION" -> checkVersion(line);
            case "MECH" -> add(line);
            case "DONE" -> {
                if (!versionSeen) {
                    throw new BrokenProtocolException("a handshake without VERSION");
                }
                return Optional.of(new Offer(mechanisms));
            }
            case "CONT", "OK", "FAIL" -> throw new BrokenProtocolException("an answer before the handshake's end");
            default -> {
                // SPID, CUID and COOKIE are for login processes; other lines are of versions to come.
            }
        }
        return Optional.empty();
    }

    private void checkVersion(AuthLine line) throws BrokenProtocolException {
        if (!line.field(0).equals(MAJOR_VERSION)) {
            throw new BrokenProtocolException("another version than " + MAJOR_VERSION);
        }
        versionSeen = true;
    }

    private void add(AuthLine line) throws BrokenProtocolException {
        if (mechanisms.size() == MAX_MECHANISMS) {
            throw new BrokenProtocolException("more than " + MAX_MECHANISMS + " mechanisms");
        }
        List<String> flags = line.fields()
                .subList(Math.min(1, line.fields().size()), line.fields().size());
        mechanisms.add(new Mechanism(line.field(0), new HashSet<>(flags)));
    }
}
