package org.smtpgate.auth.htpasswd;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.smtpgate.passwords.Decoy;
import org.smtpgate.passwords.Judge;
import org.smtpgate.passwords.PlainPassword;
import org.smtpgate.passwords.StoredHash;

/** Who may log in: one reading of the file. Immutable. */
final class Users {
    private final Map<String, Account> accounts;
    private final Optional<StoredHash> decoy;
    private final ScramOffer scram;
    private final boolean plain;
    private final boolean quick;

    /** @param accounts by the name that a client logs in with */
    Users(Map<String, Account> accounts) {
        this.accounts = Map.copyOf(accounts);
        Decoy kinds = new Decoy(Optional.empty());
        accounts.values().forEach(account -> kinds.saw(account.hash()));
        this.decoy = kinds.hash();
        this.scram = ScramOffer.of(accounts.values().stream().map(Account::hash).toList());
        this.plain = count(PlainPassword.class::isInstance) > 0;
        this.quick = count(StoredHash::quick) == accounts.size();
    }

    int count() {
        return accounts.size();
    }

    /** How many have a stored password of this sort. */
    int count(Predicate<StoredHash> sort) {
        return (int) accounts.values().stream().map(Account::hash).filter(sort).count();
    }

    ScramOffer scram() {
        return scram;
    }

    /** Whether somebody can log in by CRAM-MD5. */
    boolean hasPlainPasswords() {
        return plain;
    }

    /** Whether {@link #verify} takes microseconds, whoever the user is and whether there is such a user or not. */
    boolean quick() {
        return quick;
    }

    /** The account of this name, unless it is locked. */
    Optional<Account> account(String username) {
        return Optional.ofNullable(accounts.get(username)).filter(account -> !account.locked());
    }

    /**
     * The account of this name, if this is its password. An unknown user costs what most users cost: some user's hash is
     * checked, and the result thrown away. Blocks for as long as that takes.
     */
    Optional<Account> verify(String username, String password) {
        return Judge.password(hash(username), decoy, password) ? account(username) : Optional.empty();
    }

    /** The account of this name, if its {@code {PLAIN}} password answers the challenge of CRAM-MD5 like this. Quick. */
    Optional<Account> verifyDigest(String username, String challenge, String digest) {
        return Judge.digest(hash(username), challenge, digest) ? account(username) : Optional.empty();
    }

    private Optional<StoredHash> hash(String username) {
        return Optional.ofNullable(accounts.get(username)).map(Account::hash);
    }
}
