package org.smtpgate.testkit;

import java.io.IOException;

/** Nothing more can be read, and why. */
final class EndOfWire extends IOException {
    private static final long serialVersionUID = 1;

    private final PeerEnd end;

    EndOfWire(PeerEnd end, String detail) {
        super(end + " (" + detail + ")");
        this.end = end;
    }

    PeerEnd end() {
        return end;
    }

    /** What a socket's exception says about the other side. */
    static EndOfWire from(IOException e) {
        String text = String.valueOf(e.getMessage());
        boolean reset = text.contains("reset") || text.contains("Broken pipe");
        return new EndOfWire(reset ? PeerEnd.RESET : PeerEnd.CLOSED_HERE, text);
    }
}
