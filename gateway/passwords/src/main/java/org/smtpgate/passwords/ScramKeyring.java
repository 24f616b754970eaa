package org.smtpgate.passwords;

import com.ongres.scram.common.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;
import org.smtpgate.sasl.ScramKeys;

/**
 * SCRAM keys of stored passwords: those that are stored, and those derived from a {@link PlainPassword}, which are kept
 * until its user or its password changes. Bounded; safe for any thread.
 */
public final class ScramKeyring {
    /** Whoever could profit of more can read the password itself. */
    private static final int ITERATIONS = ScramKeys.MIN_ITERATIONS;

    private static final int MAX_DERIVED = 10_000;

    // Of the process: a user's salt stays the same when the password file is read again.
    private static final byte[] SALT_KEY = Salts.bytes(32);

    private record Owner(ScramMechanism mechanism, String username) {}

    private record Derived(byte[] passwordMac, ScramKeys keys) {}

    private final Map<Owner, Derived> derived = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Owner, Derived> eldest) {
            return size() > MAX_DERIVED;
        }
    };

    /** How many iterations the keys have that a stored password can give for a hash; empty where it gives none. */
    public static OptionalInt iterations(String hash, StoredHash stored) {
        if (stored instanceof ScramHash scram) {
            return scram.keys(hash)
                    .map(keys -> OptionalInt.of(keys.iterations()))
                    .orElse(OptionalInt.empty());
        }
        return stored instanceof PlainPassword ? OptionalInt.of(ITERATIONS) : OptionalInt.empty();
    }

    /**
     * The keys of a user for a hash, {@code SHA-1} or {@code SHA-256}; empty where what is stored gives none. Blocks for some
     * milliseconds where they must be derived.
     */
    public Optional<ScramKeys> keys(String hash, String username, StoredHash stored) {
        if (stored instanceof ScramHash scram) {
            return scram.keys(hash);
        }
        return stored instanceof PlainPassword plain
                ? Optional.of(derived(new Owner(Scram.mechanism(hash), username), plain.password()))
                : Optional.empty();
    }

    private ScramKeys derived(Owner owner, String password) {
        byte[] mac = mac("password", password);
        synchronized (derived) {
            Derived kept = derived.get(owner);
            if (kept != null && Arrays.equals(kept.passwordMac, mac)) {
                return kept.keys;
            }
        }
        byte[] salt = Arrays.copyOf(mac("salt", owner.mechanism.getName() + " " + owner.username), Scram.SALT_BYTES);
        ScramKeys keys = Scram.keys(owner.mechanism, Scram.prepared(password), salt, ITERATIONS);
        synchronized (derived) {
            derived.put(owner, new Derived(mac, keys));
        }
        return keys;
    }

    private static byte[] mac(String purpose, String text) {
        return new HmacUtils(HmacAlgorithms.HMAC_SHA_256, SALT_KEY)
                .hmac((purpose + "\0" + text).getBytes(StandardCharsets.UTF_8));
    }
}
