package org.smtpgate.proxy;

import org.smtpgate.proxy.downstream.ListenerSettings;

/** A listener's port cannot be had; the message names the listener, the address and the reason. */
public final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BindException(ListenerSettings listener, Throwable cause) {
        super(
                "listener " + listener.name() + ": cannot bind " + listener.host() + ":" + listener.port() + ": "
                        + reason(cause),
                cause);
    }

    /** Without what a native transport puts in front, such as the name of the system call. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }
}
