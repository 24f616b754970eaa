package org.smtpgate.auth.kubernetes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/**
 * Whom a token is of.
 *
 * @param pod that the token is bound to
 */
record ServiceAccount(String namespace, String name, Optional<String> pod) {
    private static final String PREFIX = "system:serviceaccount:";
    private static final Pattern USER_NAME = Pattern.compile(PREFIX + "([a-z0-9.-]{1,253}):([a-z0-9.-]{1,253})");

    /**
     * The account that the API server, or a token's {@code sub}, names so.
     *
     * @throws RefusedTokenException when that is a user of another kind
     */
    static ServiceAccount of(String userName, Optional<String> pod) {
        Matcher matcher = USER_NAME.matcher(userName);
        if (!matcher.matches()) {
            throw new RefusedTokenException(Refusal.LOGIN, "it is not a service account's");
        }
        return new ServiceAccount(matcher.group(1), matcher.group(2), pod);
    }

    /** Its user name in Kubernetes. */
    String userName() {
        return PREFIX + namespace + ":" + name;
    }

    /** How people write it. */
    String path() {
        return namespace + "/" + name;
    }
}
