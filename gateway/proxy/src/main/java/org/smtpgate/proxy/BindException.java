package org.smtpgate.proxy;

import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.net.Failures;

/** A port cannot be had; the message names who wants it, the address and the reason. */
public final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BindException(String who, String address, Throwable cause) {
        super(who + ": cannot bind " + address + ": " + Failures.reason(cause), cause);
    }

    BindException(ListenerSettings listener, Throwable cause) {
        this("listener " + listener.name(), listener.host() + ":" + listener.port(), cause);
    }
}
