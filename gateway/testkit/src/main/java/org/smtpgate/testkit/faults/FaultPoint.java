package org.smtpgate.testkit.faults;

import org.smtpgate.testkit.Transport;

/**
 * Where in a dialogue a fault strikes. A command's point is in its line, so that the server never has all of it; a
 * reply's point is in the reply, which the server has given and the client never gets whole.
 */
public enum FaultPoint {
    /** Before the greeting. */
    ACCEPT(1, 1),
    GREETING(1, 1),
    EHLO(1, 1),
    EHLO_REPLY(1, 1),
    STARTTLS(0, 1),
    STARTTLS_REPLY(0, 1),
    /** Among the first octets of TLS, in either direction. */
    TLS_HANDSHAKE(0, 3),
    /** Somewhere later in TLS, where only the turns of the two sides can be counted. */
    TLS_DIALOGUE(0, 24),
    MAIL(2, 0),
    MAIL_REPLY(2, 0),
    RCPT(2, 0),
    RCPT_REPLY(2, 0),
    DATA(2, 0),
    DATA_REPLY(2, 0),
    CONTENT(5, 0),
    /** All of the content has gone through, but not its final dot. */
    END_OF_DATA(3, 0),
    /** The final dot has just gone through. */
    AFTER_END_OF_DATA(3, 0),
    END_OF_DATA_REPLY(5, 0),
    /** The final reply has just gone through. */
    IDLE(4, 0),
    QUIT(1, 0),
    QUIT_REPLY(1, 0);

    private final int weightPlain;
    private final int weightStartTls;

    FaultPoint(int weightPlain, int weightStartTls) {
        this.weightPlain = weightPlain;
        this.weightStartTls = weightStartTls;
    }

    /** How often it is drawn, compared with the others; 0 where there is no such point. */
    public int weight(Transport transport) {
        return switch (transport) {
            case PLAIN -> weightPlain;
            case STARTTLS -> weightStartTls;
            case IMPLICIT_TLS -> 0;
        };
    }

    boolean inTls() {
        return this == TLS_HANDSHAKE || this == TLS_DIALOGUE;
    }

    /** The point in the reply to a command whose own point is this. */
    FaultPoint reply() {
        return switch (this) {
            case EHLO -> EHLO_REPLY;
            case STARTTLS -> STARTTLS_REPLY;
            case MAIL -> MAIL_REPLY;
            case RCPT -> RCPT_REPLY;
            case DATA -> DATA_REPLY;
            case END_OF_DATA -> END_OF_DATA_REPLY;
            case QUIT -> QUIT_REPLY;
            default -> this;
        };
    }
}
