package org.smtpgate.auth.htpasswd;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.smtpgate.passwords.MostSeen;
import org.smtpgate.passwords.ScramKeyring;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.sasl.ScramKeys;

/**
 * With which hashes SCRAM is offered: those that half of the users or more have keys for, as a client that sees SCRAM tries
 * nothing else.
 *
 * @param usualIterations how many most keys have
 */
record ScramOffer(Set<String> hashes, int usualIterations) {
    static ScramOffer of(Collection<StoredHash> stored) {
        Set<String> hashes = new TreeSet<>();
        MostSeen<Integer> iterations = new MostSeen<>(Function.identity(), ScramKeys.MIN_ITERATIONS);
        for (String hash : new String[] {"SHA-1", "SHA-256"}) {
            int able = 0;
            for (StoredHash one : stored) {
                var own = ScramKeyring.iterations(hash, one);
                own.ifPresent(iterations::saw);
                able += own.isPresent() ? 1 : 0;
            }
            if (able > 0 && 2 * able >= stored.size()) {
                hashes.add(hash);
            }
        }
        return new ScramOffer(Set.copyOf(hashes), iterations.usual());
    }
}
