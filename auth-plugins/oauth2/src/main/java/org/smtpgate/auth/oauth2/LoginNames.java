package org.smtpgate.auth.oauth2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/**
 * Which claims name the user.
 *
 * @param claims the first of these that a token has is the login
 * @param aliases what else the client may call the user
 * @param logins by what the claim says: the login, where that is another
 */
record LoginNames(List<String> claims, List<String> aliases, Map<String, String> logins) {
    private static final String EMAIL = "email";

    /** The canonical login. @throws RefusedTokenException when the token has none */
    String login(Claims token) {
        String named = claimed(token);
        return logins.getOrDefault(named, named);
    }

    /** @throws RefusedTokenException when {@code sent} is another's name; it may be empty */
    void check(Claims token, String sent) {
        Stream<String> names = Stream.concat(
                Stream.of(login(token), claimed(token)),
                aliases.stream().flatMap(claim -> value(token, claim).stream()));
        // Without letter case, which clients change in addresses: it is the token that proves who this is.
        if (!sent.isEmpty() && names.noneMatch(sent::equalsIgnoreCase)) {
            throw new RefusedTokenException(Refusal.LOGIN, "the user name sent with it is not that of its user");
        }
    }

    private String claimed(Claims token) {
        return claims.stream()
                .flatMap(claim -> value(token, claim).stream())
                .findFirst()
                .filter(name -> !name.isBlank() && name.chars().noneMatch(Character::isISOControl))
                .orElseThrow(() -> new RefusedTokenException(Refusal.LOGIN, "it has none of the claims " + claims));
    }

    /** An address that the provider has not seen the user read mail at is anybody's. */
    private static Optional<String> value(Claims token, String claim) {
        boolean unverified = claim.equals(EMAIL) && "false".equals(String.valueOf(token.value("email_verified")));
        return unverified ? Optional.empty() : token.text(claim);
    }
}
