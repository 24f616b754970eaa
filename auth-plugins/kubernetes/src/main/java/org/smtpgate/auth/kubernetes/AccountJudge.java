package org.smtpgate.auth.kubernetes;

import io.vertx.core.Future;

/** Tells whose a token is. Safe for any thread. */
interface AccountJudge {

    /**
     * The account. Fails with a {@link org.smtpgate.tokens.RefusedTokenException} for a bad token, and with anything else
     * when that cannot be told.
     */
    Future<ServiceAccount> judge(String token);
}
