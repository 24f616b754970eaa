package org.smtpgate.auth.dovecot;

import io.vertx.core.buffer.Buffer;

/** Cuts what the server sends into lines, however the network has cut it. Keeps no more than one line. */
final class LineReader {
    /** Takes one line, without its end. */
    interface Lines {
        void line(byte[] octets) throws BrokenProtocolException;
    }

    private final Lines lines;
    private Buffer begun = Buffer.buffer();

    LineReader(Lines lines) {
        this.lines = lines;
    }

    void read(Buffer octets) throws BrokenProtocolException {
        int start = 0;
        for (int i = 0; i < octets.length(); i++) {
            if (octets.getByte(i) == '\n') {
                keep(octets, start, i);
                byte[] line = begun.getBytes();
                begun = Buffer.buffer();
                start = i + 1;
                lines.line(line);
            }
        }
        keep(octets, start, octets.length());
    }

    private void keep(Buffer octets, int start, int end) throws BrokenProtocolException {
        if (begun.length() + end - start >= AuthLine.MAX_OCTETS) {
            throw new BrokenProtocolException("a line of more than " + AuthLine.MAX_OCTETS + " octets");
        }
        begun.appendBuffer(octets, start, end - start);
    }
}
