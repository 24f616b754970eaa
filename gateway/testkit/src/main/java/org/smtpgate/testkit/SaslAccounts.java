package org.smtpgate.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/** Who may log in at a scripted upstream, by what, and as whom. A test may change it at any time, from any thread. */
public final class SaslAccounts {
    private final List<String> mechanisms;
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private volatile BiPredicate<String, String> tokenJudge = (user, token) -> false;
    private final Set<String> masters = ConcurrentHashMap.newKeySet();

    /** @param mechanisms what EHLO offers, in this order */
    public SaslAccounts(String... mechanisms) {
        this.mechanisms = List.of(mechanisms);
    }

    public SaslAccounts password(String user, String password) {
        passwords.put(user, password);
        return this;
    }

    /** From now on this token and no other is good for the user. */
    public SaslAccounts token(String user, String token) {
        tokens.put(user, token);
        return this;
    }

    /**
     * Asks this about tokens of users that {@link #token} knows nothing of, each time anew.
     *
     * @param judge by user and token; called on any thread
     */
    public SaslAccounts tokens(BiPredicate<String, String> judge) {
        tokenJudge = judge;
        return this;
    }

    /** A user who may act as any other one, by authorization identity or as {@code other*master}. */
    public SaslAccounts master(String user, String password) {
        masters.add(user);
        return password(user, password);
    }

    List<String> mechanisms() {
        return mechanisms;
    }

    /** Null for a user that there is not. */
    String password(String user) {
        return passwords.get(user);
    }

    boolean hasPassword(String user, String password) {
        return password.equals(passwords.get(user));
    }

    boolean hasToken(String user, String token) {
        String known = tokens.get(user);
        return known == null ? tokenJudge.test(user, token) : known.equals(token);
    }

    /** As whom a user acts that has proven itself; null when it may not. */
    String actsAs(String user, String authorizationId) {
        boolean itself = authorizationId.isEmpty() || authorizationId.equals(user);
        if (itself) {
            return user;
        }
        return masters.contains(user) ? authorizationId : null;
    }
}
