package org.smtpgate.proxy;

import org.smtpgate.proxy.downstream.ListenerSettings;

/** A port cannot be had; the message names who wants it, the address and the reason. */
public final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BindException(String who, String address, Throwable cause) {
        super(who + ": cannot bind " + address + ": " + reason(cause), cause);
    }

    BindException(ListenerSettings listener, Throwable cause) {
        this("listener " + listener.name(), listener.host() + ":" + listener.port(), cause);
    }

    /** Without what a native transport puts in front, such as the name of the system call. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }
}
