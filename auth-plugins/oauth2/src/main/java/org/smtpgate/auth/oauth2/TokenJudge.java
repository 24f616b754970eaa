package org.smtpgate.auth.oauth2;

import io.vertx.core.Future;
import org.smtpgate.tokens.Claims;

/** Tells good tokens from bad ones. Safe for any thread. */
interface TokenJudge {

    /**
     * What a good token says. Fails with a {@link org.smtpgate.tokens.RefusedTokenException} for a bad one, and with
     * anything else when that cannot be told.
     */
    Future<Claims> judge(String token);

    /** Ends what is under way, which is answered. */
    Future<Void> close();
}
