package org.smtpgate.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/** One end of a TCP connection, plain or TLS, that tells every kind of end apart and can bring each about. */
final class Wire implements Closeable {
    private final Socket socket;
    private TlsLayer tls;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
    }

    static Wire connect(int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Math.toIntExact(timeout.toMillis()));
        return new Wire(socket);
    }

    Socket socket() {
        return socket;
    }

    boolean isTls() {
        return tls != null;
    }

    SSLEngine engine() {
        return tls.engine();
    }

    /** The common name in the certificate that the client has shown; null when it has shown none. */
    String clientName() {
        try {
            String subject = ((X509Certificate) tls.engine().getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
            return subject.substring(subject.indexOf("CN=") + "CN=".length()).split(",")[0];
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** Shakes hands; from here on all bytes are TLS. */
    void startTls(SSLEngine engine, Duration timeout) throws IOException {
        limitReads(timeout);
        TlsLayer layer = new TlsLayer(engine, socket);
        layer.handshake();
        tls = layer;
    }

    /**
     * Reads at least one byte.
     *
     * @param timeout zero waits forever
     * @throws EndOfWire when the other side has ended
     * @throws SocketTimeoutException when nothing came in time
     */
    int read(byte[] into, int from, Duration timeout) throws IOException {
        limitReads(timeout);
        return tls != null ? tls.read(into, from) : readPlain(socket, into, from);
    }

    static int readPlain(Socket socket, byte[] into, int from) throws IOException {
        int count;
        try {
            count = socket.getInputStream().read(into, from, into.length - from);
        } catch (SocketException e) {
            throw EndOfWire.from(e);
        }
        if (count < 0) {
            throw new EndOfWire(PeerEnd.CLEAN, "FIN");
        }
        return count;
    }

    synchronized void write(byte[] bytes) throws IOException {
        try {
            if (tls != null) {
                tls.write(bytes);
            } else {
                socket.getOutputStream().write(bytes);
            }
        } catch (SocketException e) {
            throw EndOfWire.from(e);
        }
    }

    /** Ends this side politely: close_notify where there is TLS, then FIN; reading goes on. */
    synchronized void finish() throws IOException {
        if (tls != null) {
            tls.closeNotify();
        }
        finishAbruptly();
    }

    /** Ends this side with a bare FIN, which in TLS is a truncation; reading goes on. */
    synchronized void finishAbruptly() throws IOException {
        try {
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        } catch (SocketException e) {
            // The other side may have ended at what was said before this, and then the thread that reads has closed.
            if (!socket.isClosed()) {
                throw e;
            }
        }
    }

    /** Sends a fatal TLS alert; before the handshake it is the plaintext one that refuses a ClientHello. */
    synchronized void sendFatalAlert() throws IOException {
        if (tls != null) {
            tls.fatalAlert();
        } else {
            socket.getOutputStream().write(TlsLayer.HANDSHAKE_FAILURE);
        }
    }

    /** Closes with an RST: a lingering time of zero throws away what was not sent. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** After a close_notify: reads on until the TCP connection itself has ended. */
    void awaitFin(Duration timeout) throws IOException {
        limitReads(timeout);
        byte[] scrap = new byte[256];
        try {
            while (true) {
                readPlain(socket, scrap, 0);
            }
        } catch (EndOfWire e) {
            if (e.end() != PeerEnd.CLEAN) {
                throw e;
            }
        }
    }

    private void limitReads(Duration timeout) throws EndOfWire {
        try {
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        } catch (SocketException e) {
            throw EndOfWire.from(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
