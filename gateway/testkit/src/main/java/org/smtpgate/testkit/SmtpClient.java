package org.smtpgate.testkit;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * A strict client that does what the test says, and fails with the whole dialogue in its message when the server does
 * not. All methods throw {@link AssertionError}; none throws a checked exception.
 */
public final class SmtpClient implements AutoCloseable {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(200);

    private final Transcript transcript = new Transcript();
    private final Wire wire;
    private final LineStream lines;
    private final AnswerReader answers;
    private Duration timeout = DEFAULT_TIMEOUT;

    private SmtpClient(Wire wire) {
        this.wire = wire;
        lines = new LineStream(wire);
        answers = new AnswerReader(lines, transcript);
    }

    /** Connects in plaintext; the greeting is still to be read. */
    public static SmtpClient connect(int port) {
        try {
            return new SmtpClient(Wire.connect(port, DEFAULT_TIMEOUT));
        } catch (IOException e) {
            throw new AssertionError("while connecting to port " + port, e);
        }
    }

    /** Connects with implicit TLS, trusting the test authority; the greeting is still to be read. */
    public static SmtpClient connectTls(int port) {
        return connect(port).handshake();
    }

    /** How long a read waits before the test fails. */
    public SmtpClient timeout(Duration longest) {
        timeout = longest;
        return this;
    }

    // ---- reading

    /** Reads one whole reply. */
    public Answer reply() {
        try {
            return answers.read(timeout);
        } catch (IOException e) {
            throw failure("no good reply: " + describe(e), e);
        }
    }

    /** Reads one whole reply, which must have this code. */
    public Answer expect(int code) {
        Answer answer = reply();
        if (answer.code() != code) {
            throw failure("expected " + code + " but read " + answer, null);
        }
        return answer;
    }

    /** Reads one whole reply, which must have this code and this enhanced status. */
    public Answer expect(int code, String status) {
        Answer answer = expect(code);
        if (!answer.status().equals(status)) {
            throw failure("expected " + code + " " + status + " but read " + answer, null);
        }
        return answer;
    }

    /** The next thing must be an end as it should be: nothing more to read, a FIN, and close_notify before it in TLS. */
    public void expectCleanEnd() {
        PeerEnd end = readEnd();
        if (end != PeerEnd.CLEAN) {
            throw failure("expected a clean end but it was " + end, null);
        }
    }

    /** The next thing must be this kind of end, and not a byte before it. */
    public void expectEnd(PeerEnd expected) {
        PeerEnd end = readEnd();
        if (end != expected) {
            throw failure("expected the end " + expected + " but it was " + end, null);
        }
    }

    private PeerEnd readEnd() {
        try {
            int more = lines.take(timeout, (bytes, from, to) -> to - from);
            throw failure("expected the end but read " + more + " more bytes", null);
        } catch (EndOfWire e) {
            transcript.note(e.getMessage());
            return e.end() == PeerEnd.CLEAN && wire.isTls() ? awaitFin() : e.end();
        } catch (IOException e) {
            throw failure("expected the end: " + describe(e), e);
        }
    }

    private PeerEnd awaitFin() {
        try {
            wire.awaitFin(timeout);
            return PeerEnd.CLEAN;
        } catch (EndOfWire e) {
            return e.end();
        } catch (IOException e) {
            throw failure("close_notify came, but no FIN: " + describe(e), e);
        }
    }

    /** For a moment nothing may come: no byte, and no end. */
    public SmtpClient expectOpen() {
        return expectOpen(QUIET);
    }

    /** For this long nothing may come: no byte, and no end. */
    public SmtpClient expectOpen(Duration quiet) {
        try {
            int more = lines.take(quiet, (bytes, from, to) -> to - from);
            throw failure("expected silence but read " + more + " bytes", null);
        } catch (SocketTimeoutException e) {
            return this;
        } catch (IOException e) {
            throw failure("expected an open connection: " + describe(e), e);
        }
    }

    // ---- writing

    /** Sends a line; CRLF is added. */
    public SmtpClient send(String line) {
        return send(line, line);
    }

    private SmtpClient send(String line, String shown) {
        transcript.sent(shown);
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Sends bytes as they are. */
    public SmtpClient sendRaw(byte[] bytes) {
        transcript.sent(bytes);
        write(bytes);
        return this;
    }

    /** Sends text as it is. */
    public SmtpClient sendRaw(String text) {
        return sendRaw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a group of lines in one write. */
    public SmtpClient pipeline(String... group) {
        return sendRaw(String.join("\r\n", group) + "\r\n");
    }

    private void write(byte[] bytes) {
        try {
            wire.write(bytes);
        } catch (IOException e) {
            throw failure("while writing: " + describe(e), e);
        }
    }

    // ---- the usual steps

    /** Reads the greeting, says EHLO and returns the answer to it. */
    public Answer greet() {
        expect(220);
        return ehlo();
    }

    public Answer ehlo() {
        return send("EHLO client.test").expect(250);
    }

    /** Does STARTTLS, trusting the test authority. */
    public SmtpClient startTls() {
        send("STARTTLS").expect(220);
        return handshake();
    }

    /** Begins TLS at once, as after the 220 for STARTTLS. */
    public SmtpClient handshake() {
        return handshake(TestCertificates.clientContext(), "TLSv1.3", "TLSv1.2");
    }

    /** Begins TLS at once, with a context and protocol versions of the test's choice. */
    public SmtpClient handshake(SSLContext context, String... protocols) {
        if (lines.buffered() > 0) {
            throw failure("plaintext behind the reply that begins TLS: " + lines.discardBuffered(), null);
        }
        SSLEngine engine = context.createSSLEngine("localhost", wire.socket().getPort());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        try {
            wire.startTls(engine, timeout);
        } catch (IOException e) {
            throw failure("while beginning TLS: " + describe(e), e);
        }
        transcript.note("TLS " + engine.getSession().getProtocol());
        return this;
    }

    /** What was agreed on for TLS. */
    public SSLSession tlsSession() {
        return wire.engine().getSession();
    }

    /** Logs in with PLAIN and an initial response; the reply is still to be read. */
    public SmtpClient sendAuthPlain(String user, String password) {
        byte[] response = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return send("AUTH PLAIN " + Base64.getEncoder().encodeToString(response), "AUTH PLAIN <" + user + ">");
    }

    /** Logs in with PLAIN and an initial response. */
    public SmtpClient authPlain(String user, String password) {
        sendAuthPlain(user, password).expect(235);
        return this;
    }

    public SmtpClient mail(String sender) {
        send("MAIL FROM:<" + sender + ">").expect(250);
        return this;
    }

    public SmtpClient rcpt(String recipient) {
        send("RCPT TO:<" + recipient + ">").expect(250);
        return this;
    }

    public SmtpClient data() {
        send("DATA").expect(354);
        return this;
    }

    /** Sends message data, dot-stuffed, and the end of data; the reply is still to be read. */
    public SmtpClient message(String body) {
        String lineEnds = body.replace("\r\n", "\n").replace("\n", "\r\n");
        String stuffed = lineEnds.replaceAll("(?m)^\\.", "..");
        return sendRaw(stuffed.endsWith("\r\n") || stuffed.isEmpty() ? stuffed + ".\r\n" : stuffed + "\r\n.\r\n");
    }

    /** Sends a chunk of content, as it is; the reply is still to be read. */
    public SmtpClient chunk(String content, boolean last) {
        int size = content.getBytes(StandardCharsets.UTF_8).length;
        return sendRaw("BDAT " + size + (last ? " LAST" : "") + "\r\n" + content);
    }

    /** One whole transaction up to the end of data; its reply is still to be read. */
    public SmtpClient transaction(String sender, String recipient, String body) {
        return mail(sender).rcpt(recipient).data().message(body);
    }

    /** QUIT, 221, and a clean end. */
    public void quit() {
        send("QUIT").expect(221);
        expectCleanEnd();
    }

    // ---- ending

    /** Sends FIN, after close_notify in TLS; replies can still be read. */
    public SmtpClient halfClose() {
        transcript.note("half-close");
        return ending(wire::finish);
    }

    /** Sends FIN without close_notify. */
    public SmtpClient truncate() {
        transcript.note("truncate");
        return ending(wire::finishAbruptly);
    }

    /** Closes with an RST. */
    public void reset() {
        transcript.note("reset");
        ending(wire::reset);
    }

    private interface Ending {
        void end() throws IOException;
    }

    private SmtpClient ending(Ending ending) {
        try {
            ending.end();
            return this;
        } catch (IOException e) {
            throw failure("while ending: " + describe(e), e);
        }
    }

    /** The dialogue so far. */
    public String transcript() {
        return transcript.toString();
    }

    @Override
    public void close() {
        wire.close();
    }

    private String describe(IOException e) {
        return e instanceof SocketTimeoutException ? "nothing came in " + timeout : String.valueOf(e.getMessage());
    }

    private AssertionError failure(String what, Throwable cause) {
        return new AssertionError(what + "\n" + transcript, cause);
    }
}
