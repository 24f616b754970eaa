package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;

/** {@code $5$} and {@code $6$}: Drepper's SHA-crypt, the format of /etc/shadow for years. */
final class ShaCryptHash implements StoredHash {
    private static final Pattern FORMAT =
            Pattern.compile("\\$(?:5\\$(?:rounds=(\\d{1,9})\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{43}"
                    + "|6\\$(?:rounds=(\\d{1,9})\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{86})");
    private static final int DEFAULT_ROUNDS = 5_000;
    private static final int MIN_ROUNDS = 1_000;

    // Passlib's default is 656,000.
    private static final int MAX_ROUNDS = 1_000_000;

    private final String text;
    private final boolean sha512;
    private final int rounds;

    private ShaCryptHash(String text, int rounds) {
        this.text = text;
        this.sha512 = text.startsWith("$6$");
        this.rounds = rounds;
    }

    static StoredHash read(String text) throws UnusableHashException {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException("broken SHA-crypt hash");
        }
        String given = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        int rounds = given == null ? DEFAULT_ROUNDS : Integer.parseInt(given);
        if (rounds < MIN_ROUNDS || rounds > MAX_ROUNDS) {
            throw new UnusableHashException(
                    "SHA-crypt rounds must be from " + MIN_ROUNDS + " to " + MAX_ROUNDS + ", not " + rounds);
        }
        return new ShaCryptHash(text, rounds);
    }

    @Override
    public String kind() {
        return (sha512 ? "sha512-crypt rounds " : "sha256-crypt rounds ") + rounds;
    }

    @Override
    public boolean matches(byte[] password) {
        // The stored text stands in for the salt: both functions read only that much of it.
        String actual = sha512 ? Sha2Crypt.sha512Crypt(password, text) : Sha2Crypt.sha256Crypt(password, text);
        return MessageDigest.isEqual(
                actual.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
    }
}
