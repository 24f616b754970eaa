package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import org.smtpgate.sasl.Credentials;

/** One SASL exchange, whoever speaks its mechanism. Confined to the session's event loop. */
interface Dialogue {

    /**
     * Takes the client's next message. Completes at once if nobody has to be asked; never fails.
     *
     * @param message null when the client sent none with AUTH
     */
    Future<AuthOutcome> respond(byte[] message);

    /** The login that was presented, as far as it is known; may be empty. */
    String login();

    /** The name of the backend that was asked last. */
    String asked();

    /** What was presented to be judged; null before, and where the mechanism shows nothing of it. */
    Credentials presented();

    /** What else there is to say of a refusal, for the log; null for nothing. */
    String refusal();

    /** The exchange is over, perhaps before its end: no further backend is asked. */
    void abandon();
}
