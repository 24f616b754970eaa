package org.smtpgate.auth.htpasswd;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.smtpgate.passwords.ScramKeyring;
import org.smtpgate.passwords.StoredHash;

/**
 * With which hashes SCRAM is offered: those that half of the users or more have keys for, as a client that sees SCRAM tries
 * nothing else.
 *
 * @param usualIterations how many most keys have
 */
record ScramOffer(Set<String> hashes, int usualIterations) {
    private static final int LEAST_ITERATIONS = 4096;

    static ScramOffer of(Collection<StoredHash> stored) {
        Set<String> hashes = new TreeSet<>();
        Map<Integer, Integer> iterations = new HashMap<>();
        for (String hash : new String[] {"SHA-1", "SHA-256"}) {
            int able = 0;
            for (StoredHash one : stored) {
                var own = ScramKeyring.iterations(hash, one);
                own.ifPresent(count -> iterations.merge(count, 1, Integer::sum));
                able += own.isPresent() ? 1 : 0;
            }
            if (able > 0 && 2 * able >= stored.size()) {
                hashes.add(hash);
            }
        }
        int usual = iterations.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(LEAST_ITERATIONS);
        return new ScramOffer(Set.copyOf(hashes), usual);
    }
}
