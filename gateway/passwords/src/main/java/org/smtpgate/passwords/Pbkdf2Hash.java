package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dovecot's {@code {PBKDF2}$1$salt$rounds$hash}: PBKDF2 (RFC 8018) with HMAC-SHA-1; the salt is text. */
final class Pbkdf2Hash implements StoredHash {
    private static final Pattern FORMAT = Pattern.compile("\\$1\\$([!-#%-~]{1,64})\\$(\\d{1,9})\\$([0-9a-fA-F]{40})");
    private static final int MIN_ROUNDS = 1_000;

    // OWASP advises 1,300,000 for SHA-1: about a second.
    private static final int MAX_ROUNDS = 2_000_000;

    private final byte[] salt;
    private final int rounds;
    private final byte[] hash;

    private Pbkdf2Hash(byte[] salt, int rounds, byte[] hash) {
        this.salt = salt;
        this.rounds = rounds;
        this.hash = hash;
    }

    static StoredHash read(String text) throws UnusableHashException {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException("broken {PBKDF2} hash");
        }
        int rounds = Integer.parseInt(matcher.group(2));
        if (rounds < MIN_ROUNDS || rounds > MAX_ROUNDS) {
            throw new UnusableHashException(
                    "PBKDF2 rounds must be from " + MIN_ROUNDS + " to " + MAX_ROUNDS + ", not " + rounds);
        }
        return new Pbkdf2Hash(
                matcher.group(1).getBytes(StandardCharsets.US_ASCII),
                rounds,
                HexFormat.of().parseHex(matcher.group(3)));
    }

    @Override
    public String kind() {
        return "pbkdf2 rounds " + rounds;
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] actual = Pbkdf2.key("SHA1", new String(password, StandardCharsets.UTF_8), salt, rounds, hash.length);
        return MessageDigest.isEqual(actual, hash);
    }
}
