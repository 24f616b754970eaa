package org.smtpgate.auth.http;

import io.vertx.core.Future;
import java.time.Duration;
import org.smtpgate.auth.SubmittedCredentials;

/** A way to put a question to a service. Called on event loops. */
interface Exchange {

    /** Whether any service could be asked this; what none could, nobody has. */
    default boolean sayable(SubmittedCredentials credentials) {
        return true;
    }

    /**
     * Asks once. Fails with {@link NoAnswerException} when no octet of an answer has come, and with anything else when
     * one came that is of no use.
     *
     * @param most how long all of it may take
     */
    Future<Verdict> ask(ServiceUrl url, SubmittedCredentials credentials, Duration most);

    /** Ends what is under way; that fails. */
    Future<Void> close();
}
