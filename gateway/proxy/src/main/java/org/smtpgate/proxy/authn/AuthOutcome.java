package org.smtpgate.proxy.authn;

import org.smtpgate.auth.RefusalReply;
import org.smtpgate.proxy.guessing.Bucket;

/** What an {@link AuthExchange} has for the client; all but {@link Challenge} end the exchange. */
public sealed interface AuthOutcome {

    /** Send these bytes and hand the client's response back to the exchange: 334. */
    record Challenge(byte[] bytes) implements AuthOutcome {}

    /** The client is who it says: 235. */
    record Accepted(Identity identity) implements AuthOutcome {}

    /**
     * The credentials are wrong, or no backend knows the user; which of them, nobody is told: 535.
     *
     * @param lastWords what the mechanism has for the client first, whose answer does not matter; null for nothing
     * @param reply the backend's own words; null for the gateway's
     */
    record Rejected(byte[] lastWords, RefusalReply reply) implements AuthOutcome {
        /** Without a word. */
        public Rejected() {
            this(null, null);
        }
    }

    /** So many logins of its address, network or login have failed that no backend was asked: 421. */
    record Refused(Bucket.Kind bucket) implements AuthOutcome {}

    /** The client broke the mechanism's syntax; {@code reason} is fit for a reply: 501. */
    record Malformed(String reason) implements AuthOutcome {}

    /**
     * Nobody could tell whether the credentials are right: 454.
     *
     * @param reason for the log alone
     * @param reply the backend's own words; null for the gateway's
     */
    record Unavailable(String reason, RefusalReply reply) implements AuthOutcome {
        /** In the gateway's words. */
        public Unavailable(String reason) {
            this(reason, null);
        }
    }
}
