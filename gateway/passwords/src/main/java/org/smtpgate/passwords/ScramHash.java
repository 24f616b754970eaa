package org.smtpgate.passwords;

import com.ongres.scram.common.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.sasl.ScramKeys;

/**
 * The keys that a server stores for SCRAM (RFC 5802 section 2.2), as Dovecot writes them or as RFC 5803 and PostgreSQL do.
 * A password can be checked by them too.
 */
public final class ScramHash implements StoredHash {
    private static final String BASE64 = "([A-Za-z0-9+/]{4,128}={0,2})";
    private static final Pattern DOVECOTS = Pattern.compile("(\\d{1,9})," + BASE64 + "," + BASE64 + "," + BASE64);
    private static final Pattern RFC_5803 =
            Pattern.compile("(SCRAM-SHA-1|SCRAM-SHA-256)\\$(\\d{1,9}):" + BASE64 + "\\$" + BASE64 + ":" + BASE64);

    // What OWASP advises for PBKDF2 with SHA-256: about half a second.
    private static final int MAX_ITERATIONS = 600_000;

    private final ScramMechanism mechanism;
    private final ScramKeys keys;

    private ScramHash(ScramMechanism mechanism, ScramKeys keys) {
        this.mechanism = mechanism;
        this.keys = keys;
    }

    /** {@code iterations,salt,StoredKey,ServerKey}, behind a prefix that names the mechanism. */
    static StoredHash readDovecots(String mechanism, String text) throws UnusableHashException {
        Matcher matcher = DOVECOTS.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException("broken {" + mechanism + "} keys");
        }
        return read(mechanism, matcher, 1);
    }

    /** {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}. */
    static StoredHash readRfc5803(String text) throws UnusableHashException {
        Matcher matcher = RFC_5803.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException(
                    "broken SCRAM keys; they are SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey"
                            + ", and in a file of lines with colons {SCRAM-SHA-256}iterations,salt,StoredKey,ServerKey");
        }
        return read(matcher.group(1), matcher, 2);
    }

    @Override
    public String kind() {
        return mechanism.getName().toLowerCase(Locale.ROOT) + " iterations " + keys.iterations();
    }

    @Override
    public boolean matches(byte[] password) {
        String text = new String(password, StandardCharsets.UTF_8);
        String prepared = Scram.prepared(text);
        // Dovecot makes keys of the password as it is, others of what SASLprep makes of it (RFC 4013).
        return matches(prepared) | (!prepared.equals(text) && matches(text));
    }

    /** The keys, if they are for this hash: {@code SHA-1} or {@code SHA-256}. */
    public Optional<ScramKeys> keys(String hash) {
        return Scram.mechanism(hash) == mechanism ? Optional.of(keys) : Optional.empty();
    }

    private boolean matches(String password) {
        ScramKeys made = Scram.keys(mechanism, password, keys.salt(), keys.iterations());
        return MessageDigest.isEqual(made.storedKey(), keys.storedKey());
    }

    private static StoredHash read(String name, Matcher matcher, int first) throws UnusableHashException {
        ScramMechanism mechanism = ScramMechanism.byName(name);
        int iterations = Integer.parseInt(matcher.group(first));
        if (iterations < ScramKeys.MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new UnusableHashException("SCRAM iterations must be from " + ScramKeys.MIN_ITERATIONS + " to "
                    + MAX_ITERATIONS + ", not " + iterations);
        }
        byte[] salt = decoded(matcher.group(first + 1));
        byte[] storedKey = decoded(matcher.group(first + 2));
        byte[] serverKey = decoded(matcher.group(first + 3));
        int length = mechanism == ScramMechanism.SCRAM_SHA_1 ? 20 : 32;
        if (storedKey.length != length || serverKey.length != length) {
            throw new UnusableHashException("broken " + name + " keys: each has " + length + " bytes");
        }
        return new ScramHash(mechanism, new ScramKeys(salt, iterations, storedKey, serverKey));
    }

    private static byte[] decoded(String base64) throws UnusableHashException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableHashException("broken base64 in SCRAM keys");
        }
    }
}
