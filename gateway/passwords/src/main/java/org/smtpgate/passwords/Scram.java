package org.smtpgate.passwords;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.util.Base64;
import org.smtpgate.sasl.ScramKeys;

/** The arithmetic of SCRAM (RFC 5802 section 3), which is the library's. */
final class Scram {
    /** For entries that are stored: four times what Dovecot and PostgreSQL take, some 10 ms for client and server. */
    static final int NEW_ITERATIONS = 16_384;

    static final int SALT_BYTES = 16;

    private Scram() {}

    /** @param hash {@code SHA-1} or {@code SHA-256} */
    static ScramMechanism mechanism(String hash) {
        return ScramMechanism.byName("SCRAM-" + hash);
    }

    /**
     * What SASLprep (RFC 4013) makes of a password; the password itself where it may not be prepared, as PostgreSQL does, or
     * where nothing is left of it.
     */
    static String prepared(String password) {
        try {
            return new String(StringPreparation.POSTGRESQL_PREPARATION.normalize(password.toCharArray()));
        } catch (IllegalArgumentException nothingLeft) {
            return password;
        }
    }

    /** The keys of a password that is prepared, or is to be taken as it is. */
    static ScramKeys keys(ScramMechanism mechanism, String password, byte[] salt, int iterations) {
        // The library's own takes what SASLprep lets through, and without it ASCII alone.
        byte[] salted = mechanism == ScramMechanism.SCRAM_SHA_1
                ? Pbkdf2.key("SHA1", password, salt, iterations, 20)
                : Pbkdf2.key("SHA256", password, salt, iterations, 32);
        return new ScramKeys(
                salt,
                iterations,
                ScramFunctions.storedKey(mechanism, ScramFunctions.clientKey(mechanism, salted)),
                ScramFunctions.serverKey(mechanism, salted));
    }

    /**
     * A new entry as Dovecot writes it: without a colon, so that a line of a password file holds it.
     *
     * @throws IllegalArgumentException when this cannot be a password
     */
    static String newEntry(String hash, String password, int iterations) {
        PasswordRules.utf8(password);
        ScramMechanism mechanism = mechanism(hash);
        ScramKeys keys = keys(mechanism, prepared(password), Salts.bytes(SALT_BYTES), iterations);
        Base64.Encoder base64 = Base64.getEncoder();
        return "{" + mechanism.getName() + "}" + keys.iterations() + "," + base64.encodeToString(keys.salt()) + ","
                + base64.encodeToString(keys.storedKey()) + "," + base64.encodeToString(keys.serverKey());
    }
}
