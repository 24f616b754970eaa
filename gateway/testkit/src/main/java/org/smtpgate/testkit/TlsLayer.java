package org.smtpgate.testkit;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a blocking socket by way of an SSLEngine, since an SSLSocket passes a truncation off as a clean end and
 * cannot be made to send a fatal alert.
 */
final class TlsLayer {
    /** The plaintext record of a fatal handshake_failure alert. */
    static final byte[] HANDSHAKE_FAILURE = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28};

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Socket socket;
    /** Held so that a reader cannot see the engine broken before the other side was sent its alert. */
    private final Object alerting = new Object();

    private final byte[] incoming;
    private int incomingEnd;
    private ByteBuffer plain;

    TlsLayer(SSLEngine engine, Socket socket) {
        this.engine = engine;
        this.socket = socket;
        incoming = new byte[2 * engine.getSession().getPacketBufferSize()];
        plain = ByteBuffer.allocate(2 * engine.getSession().getApplicationBufferSize())
                .flip();
    }

    SSLEngine engine() {
        return engine;
    }

    void handshake() throws IOException {
        engine.beginHandshake();
        try {
            while (true) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_WRAP -> wrap(NOTHING);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    default -> {
                        return;
                    }
                }
            }
        } catch (SSLException e) {
            sendPendingAlert();
            throw e;
        }
    }

    int read(byte[] into, int from) throws IOException {
        while (!plain.hasRemaining()) {
            if (engine.isInboundDone()) {
                throw new EndOfWire(PeerEnd.CLEAN, "close_notify");
            }
            try {
                unwrap();
            } catch (SSLException e) {
                sendPendingAlert();
                throw new EndOfWire(PeerEnd.ALERT, e.getMessage());
            }
            answerPostHandshake();
        }
        int count = Math.min(plain.remaining(), into.length - from);
        plain.get(into, from, count);
        return count;
    }

    void write(byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            if (wrap(source).getStatus() == Status.CLOSED) {
                throw new EndOfWire(PeerEnd.CLOSED_HERE, "TLS is closed for writing");
            }
        }
    }

    void closeNotify() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            wrap(NOTHING);
        }
    }

    /** The engine has no call for this: a forged record makes it want to send the alert for a broken one. */
    void fatalAlert() throws IOException {
        byte[] forged = new byte[5 + 32];
        System.arraycopy(new byte[] {0x17, 0x03, 0x03, 0x00, 0x20}, 0, forged, 0, 5);
        synchronized (alerting) {
            try {
                engine.unwrap(ByteBuffer.wrap(forged), ByteBuffer.allocate(plain.capacity()));
                throw new IllegalStateException("the engine took a forged record");
            } catch (SSLException expected) {
                wrap(NOTHING);
            }
        }
    }

    private void sendPendingAlert() throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            try {
                wrap(NOTHING);
            } catch (SSLException | SocketException e) {
                // The other side has gone: nobody is left to be told.
                return;
            }
        }
    }

    /** A key update asks for an answer; a close_notify does not, as this side may still have things to say. */
    private void answerPostHandshake() throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isInboundDone()) {
            wrap(NOTHING);
        }
    }

    private synchronized SSLEngineResult wrap(ByteBuffer source) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(source, record);
        socket.getOutputStream().write(record.array(), 0, record.position());
        return result;
    }

    private void unwrap() throws IOException {
        while (true) {
            ByteBuffer source = ByteBuffer.wrap(incoming, 0, incomingEnd);
            plain.compact();
            SSLEngineResult result;
            try {
                synchronized (alerting) {
                    result = engine.unwrap(source, plain);
                }
            } finally {
                plain.flip();
                keep(source);
            }
            if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
                return;
            }
            fill();
        }
    }

    private void keep(ByteBuffer rest) {
        incomingEnd = rest.remaining();
        System.arraycopy(incoming, rest.position(), incoming, 0, incomingEnd);
    }

    private void fill() throws IOException {
        try {
            incomingEnd += Wire.readPlain(socket, incoming, incomingEnd);
        } catch (EndOfWire e) {
            if (e.end() == PeerEnd.CLEAN) {
                throw new EndOfWire(PeerEnd.TRUNCATED, "FIN without close_notify");
            }
            throw e;
        }
    }
}
