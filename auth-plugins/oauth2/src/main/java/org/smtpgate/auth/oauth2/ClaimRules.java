package org.smtpgate.auth.oauth2;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/**
 * What a token must say, and which user it then makes.
 *
 * @param audience one of these must be in {@code aud}; empty for whatever
 * @param scopes all of these must have been granted
 * @param hostedDomains one of these must be in Google's {@code hd}; empty for whatever
 * @param attributes of the user, by the claim that each is taken from
 */
record ClaimRules(
        IssuerRule issuer,
        Set<String> audience,
        Set<String> scopes,
        Set<String> hostedDomains,
        LoginNames names,
        Map<String, String> attributes) {

    /** Of a token that says all by itself. @throws RefusedTokenException when it is not as it must be */
    void check(Claims claims) {
        issuer.check(claims);
        checkAllElse(claims);
    }

    /** Of what the issuer itself says of a token. @throws RefusedTokenException when it is not as it must be */
    void checkAnswer(Claims claims) {
        issuer.checkIfSaid(claims);
        checkAllElse(claims);
    }

    /**
     * The user of a token that has passed.
     *
     * @param sent the names that the client sent beside it, each of which may be empty
     * @throws RefusedTokenException when one of them is another's
     */
    User user(Claims claims, String... sent) {
        for (String name : sent) {
            names.check(claims, name);
        }
        JsonObject of = new JsonObject();
        attributes.forEach((attribute, claim) -> {
            Object value = claims.value(claim);
            if (value != null) {
                of.put(attribute, value);
            }
        });
        return User.create(new JsonObject().put("username", names.login(claims)), of);
    }

    private void checkAllElse(Claims claims) {
        if (!audience.isEmpty() && claims.texts("aud").stream().noneMatch(audience::contains)) {
            throw new RefusedTokenException(Refusal.AUDIENCE, "it is meant for another (aud)");
        }
        // RFC 8693 section 4.2; Microsoft calls it scp.
        Set<String> granted = new HashSet<>(claims.words("scope"));
        granted.addAll(claims.words("scp"));
        if (!granted.containsAll(scopes)) {
            throw new RefusedTokenException(Refusal.SCOPE, "a scope is missing");
        }
        if (!hostedDomains.isEmpty()
                && claims.text("hd").filter(hostedDomains::contains).isEmpty()) {
            throw new RefusedTokenException(Refusal.TENANT, "its domain (hd) is none of those let in");
        }
        names.login(claims);
    }
}
