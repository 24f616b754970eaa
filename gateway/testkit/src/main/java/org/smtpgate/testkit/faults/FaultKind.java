package org.smtpgate.testkit.faults;

/** What a {@link FaultProxy} does to a connection. */
public enum FaultKind {
    /** A FIN to either side; what they still send is thrown away. */
    EOF,
    /** An RST to either side. */
    RST,
    /** A FIN to the client alone, as if the server had ended its half; the server still gets what the client sends. */
    HALF_CLOSE_BY_SERVER,
    /** A FIN to the server alone; the client still gets what the server says. */
    HALF_CLOSE_BY_CLIENT,
    /** Nothing is read or passed on for a while, in either direction; then an RST to either side. */
    HANG,
    /** What comes next is held back for a while, and then all goes on as if nothing had been. */
    DELAY,
    /** What comes next is passed on octet by octet. */
    TRICKLE,
    /** A 421 in place of what comes next, and a FIN to either side. */
    REPLY_421,
    /** A 221 in place of what comes next, and a FIN to either side. */
    REPLY_221;

    /** Whether it puts words into the server's mouth, which inside TLS nobody can. */
    boolean speaks() {
        return this == REPLY_421 || this == REPLY_221;
    }

    /** Whether the connection survives it. */
    public boolean harmless() {
        return this == DELAY || this == TRICKLE;
    }
}
