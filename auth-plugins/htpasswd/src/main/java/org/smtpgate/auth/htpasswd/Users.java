package org.smtpgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who may log in: one reading of the file. Immutable. */
final class Users {
    private final Map<String, StoredHash> hashes;
    private final Optional<StoredHash> decoy;

    Users(Map<String, StoredHash> hashes) {
        this.hashes = Map.copyOf(hashes);
        this.decoy = mostCommonKind(hashes.values());
    }

    int count() {
        return hashes.size();
    }

    /**
     * Whether this is the user's password. An unknown user costs what most users cost: some user's hash is checked, and
     * the result thrown away. Blocks for as long as that takes.
     */
    boolean verify(String username, String password) {
        if (PasswordRules.objection(password).isPresent()) {
            return false;
        }
        StoredHash own = hashes.get(username);
        StoredHash checked = own != null ? own : decoy.orElse(null);
        boolean matches = checked != null && checked.matches(password.getBytes(StandardCharsets.UTF_8));
        return matches && own != null;
    }

    private static Optional<StoredHash> mostCommonKind(Collection<StoredHash> hashes) {
        Map<String, Integer> counts = new HashMap<>();
        hashes.forEach(hash -> counts.merge(hash.kind(), 1, Integer::sum));
        return hashes.stream().max((a, b) -> counts.get(a.kind()) - counts.get(b.kind()));
    }
}
