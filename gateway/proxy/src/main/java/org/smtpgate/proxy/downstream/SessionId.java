package org.smtpgate.proxy.downstream;

import java.util.concurrent.ThreadLocalRandom;

/** Ids that lead from a reply to the log: short enough to be read out over the telephone, and no secret. */
final class SessionId {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 10;

    private SessionId() {}

    static String next() {
        StringBuilder id = new StringBuilder(LENGTH);
        for (long bits = ThreadLocalRandom.current().nextLong(); id.length() < LENGTH; bits >>>= 5) {
            id.append(ALPHABET.charAt((int) (bits & 31)));
        }
        return id.toString();
    }
}
