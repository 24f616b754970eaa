package org.smtpgate.proxy.upstream;

import org.smtpgate.smtp.sender.Loss;

/** No upstream connection can be had. Ordinary under load, so it has no stack trace. */
public final class NoLeaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Loss loss;
    private final Reason reason;

    /** Why not. */
    public enum Reason {
        /** Every endpoint that was tried failed, or none is live. */
        UNREACHABLE,
        /** No address is known: their names could not be resolved, or lead nowhere. */
        UNRESOLVED,
        /** The upstream refused the login that the connection was to have. */
        AUTHENTICATION,
        /** The upstream did not say whether the login is right: it has some trouble, or went away over it. */
        UNJUDGED,
        /** There is nothing to log in with: no token can be had. */
        CREDENTIALS,
        /** The client has not logged in, and the gateway logs in as it. */
        NO_LOGIN,
        /** The gateway logs in as the client, and its login is not of a kind that can be repeated. */
        UNFIT_LOGIN,
        /** As many transactions wait as may. */
        QUEUE_FULL,
        /** The wait took too long. */
        TIMED_OUT,
        /** An operator has paused the upstream for longer than the wait may take, or drains it. */
        OUT_OF_SERVICE,
        /** Whoever asked wants it no more. */
        ABANDONED,
        /** The gateway is being stopped. */
        CLOSED
    }

    NoLeaseException(Reason reason, String message) {
        this(reason, message, null);
    }

    NoLeaseException(Reason reason, String message, Loss loss) {
        super(message, null, false, false);
        this.reason = reason;
        this.loss = loss;
    }

    /** How the connection was lost that was being made; null when that is not why. */
    Loss loss() {
        return loss;
    }

    /** Whether it is the login that cannot be had, and not the connection. */
    boolean isOfLogin() {
        return reason == Reason.AUTHENTICATION || reason == Reason.CREDENTIALS;
    }

    /** Whether the upstream itself said that the credentials are wrong. */
    public boolean wrongCredentials() {
        return reason == Reason.AUTHENTICATION
                && loss != null
                && loss.reply() != null
                && UpstreamLogin.saysWrong(loss.reply());
    }

    public Reason reason() {
        return reason;
    }
}
