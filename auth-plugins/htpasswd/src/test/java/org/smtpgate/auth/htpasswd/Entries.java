package org.smtpgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.StoredHash;

/** Lines for the tests' files: of one user, with the cheapest hash, and the password {@link #password} of each. */
final class Entries {
    private static final BcryptHasher CHEAPEST = new BcryptHasher(4);

    private Entries() {}

    /** {@code user:hash}, without a line end. */
    static String of(String user) {
        return user + ":" + hashFor(user);
    }

    static String hashFor(String user) {
        return CHEAPEST.hash(password(user));
    }

    static String password(String user) {
        return "secret of " + user;
    }

    /** Accounts with nothing but these hashes. */
    static Users users(Map<String, ? extends StoredHash> hashes) {
        Map<String, Account> accounts = new HashMap<>();
        hashes.forEach((user, hash) -> accounts.put(user, Account.of(user, hash)));
        return new Users(accounts);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static boolean letsIn(Users users, String user) {
        return users.verify(user, password(user)).isPresent();
    }
}
