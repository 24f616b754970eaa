package org.smtpgate.testkit;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A connection to a {@link StepUpstream}; here "S" in the transcript is the other side, whose lines are read. */
public final class StepConnection implements AutoCloseable {
    private final Transcript transcript = new Transcript();
    private final Wire wire;
    private final LineStream lines;
    private final Duration timeout;

    StepConnection(Wire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
        lines = new LineStream(wire);
    }

    /** Reads one line, which must end in CRLF. */
    public String readLine() {
        try {
            LineStream.Line line = lines.readLine(timeout);
            transcript.received(line.text());
            if (!line.crlf()) {
                throw failure("a line that ends in LF alone", null);
            }
            return line.text();
        } catch (IOException e) {
            throw failure("no line: " + describe(e), e);
        }
    }

    /** Reads one line, which must be this one. */
    public StepConnection expect(String expected) {
        String line = readLine();
        if (!line.equals(expected)) {
            throw failure("expected \"" + expected + "\" but read \"" + line + "\"", null);
        }
        return this;
    }

    /** The next thing must be this kind of end. */
    public void expectEnd(PeerEnd expected) {
        PeerEnd end = readEnd();
        if (end != expected) {
            throw failure("expected the end " + expected + " but it was " + end, null);
        }
    }

    private PeerEnd readEnd() {
        try {
            lines.take(timeout, (bytes, from, to) -> to - from);
            throw failure("expected the end but read more", null);
        } catch (EndOfWire e) {
            return e.end();
        } catch (IOException e) {
            throw failure("expected the end: " + describe(e), e);
        }
    }

    /** For this long nothing may come: no byte, and no end. */
    public StepConnection expectOpen(Duration quiet) {
        try {
            lines.take(quiet, (bytes, from, to) -> to - from);
            throw failure("expected silence but read something", null);
        } catch (SocketTimeoutException e) {
            return this;
        } catch (IOException e) {
            throw failure("expected an open connection: " + describe(e), e);
        }
    }

    /** Sends a line; CRLF is added. */
    public StepConnection send(String line) {
        return sendRaw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes as they are. */
    public StepConnection sendRaw(byte[] bytes) {
        transcript.sent(bytes);
        return act("while writing", () -> wire.write(bytes));
    }

    /** Greets, reads EHLO, and offers these extensions. */
    public StepConnection hello(String... extensions) {
        send("220 upstream.test ESMTP");
        if (!readLine().startsWith("EHLO ")) {
            throw failure("expected EHLO", null);
        }
        return send(UpstreamSettings.ehloReply(List.of(extensions)));
    }

    /** Shakes hands as a TLS server, with the test certificate. */
    public StepConnection startTls() {
        var engine = TestCertificates.server().serverContext().createSSLEngine();
        engine.setUseClientMode(false);
        return act("while beginning TLS", () -> wire.startTls(engine, timeout));
    }

    /** Ends this side: close_notify where there is TLS, then FIN; reading goes on. */
    public StepConnection finish() {
        return act("while ending", wire::finish);
    }

    /** Closes with an RST. */
    public void reset() {
        act("while resetting", wire::reset);
    }

    @Override
    public void close() {
        wire.close();
    }

    private interface Deed {
        void happen() throws IOException;
    }

    private StepConnection act(String what, Deed deed) {
        try {
            deed.happen();
            return this;
        } catch (IOException e) {
            throw failure(what + ": " + describe(e), e);
        }
    }

    private String describe(IOException e) {
        return e instanceof SocketTimeoutException ? "nothing came in time" : String.valueOf(e.getMessage());
    }

    private AssertionError failure(String what, Throwable cause) {
        return new AssertionError(what + "\nat the upstream (S is its client):\n" + transcript, cause);
    }
}
