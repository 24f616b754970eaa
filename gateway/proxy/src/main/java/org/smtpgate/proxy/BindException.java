package org.smtpgate.proxy;

import org.smtpgate.proxy.downstream.ListenerSettings;

/** A listener's port cannot be had; the message names the listener, the address and the reason. */
public final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BindException(ListenerSettings listener, Throwable cause) {
        super(
                "listener " + listener.name() + ": cannot bind " + listener.host() + ":" + listener.port() + ": "
                        + cause.getMessage(),
                cause);
    }
}
