package org.smtpgate.testkit;

/** How the other side's half of a connection ended. */
public enum PeerEnd {
    /** It has not. */
    OPEN,
    /** A FIN; with TLS, one that a close_notify announced. */
    CLEAN,
    /** TLS only: a FIN without close_notify, which an attacker could have sent. */
    TRUNCATED,
    /** TLS only: a fatal alert. */
    ALERT,
    /** An RST. */
    RESET,
    /** This side closed the socket before the other side's end could be seen. */
    CLOSED_HERE
}
