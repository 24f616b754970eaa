package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.List;

/**
 * A backend that speaks SASL by itself, step by step: the gateway hands messages on and understands none of them. Called
 * on an event loop, as {@link AuthBackend}.
 */
public interface SaslBackend {

    /**
     * The mechanisms that can be used now, by their registered names; what is listed may change while the gateway runs.
     *
     * @param encrypted whether the client's connection is: where it is not, none that shows a secret is to be listed
     */
    List<String> mechanisms(boolean encrypted);

    /** Begins an exchange; nothing is sent before its first {@link Exchange#respond}. */
    Exchange begin(String mechanism, Origin origin);

    /** One dialogue, used by one event loop. */
    interface Exchange {

        /**
         * Hands on the client's next message, base64-decoded. Fails as {@code authenticate} does.
         *
         * @param message the initial response, or the response to the last challenge; null for the first call when the
         *     client sent no initial response
         */
        Future<Step> respond(byte[] message);

        /** The client has cancelled, or is gone. Nothing more is called. */
        void cancel();
    }

    /** What an exchange says to the client's message. */
    sealed interface Step {
        /** Send these bytes and hand the response back. */
        record Challenge(byte[] bytes) implements Step {}

        /** The client is this user. */
        record Accepted(User user) implements Step {}
    }
}
