package org.smtpgate.auth.dovecot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.smtpgate.testkit.Loopback;

/** The auth server's part, played line by line by the test's own thread. */
final class ScriptedAuthServer implements AutoCloseable {
    static final String HELLO = "VERSION\t1\t2\n";
    static final String MECHANISMS =
            "MECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nMECH\tCRAM-MD5\tdictionary\tactive\n";
    static final String GOODBYE = "SPID\t4711\nCUID\t1\nCOOKIE\t00ff\nDONE\n";

    private static final int PATIENCE = (int) Duration.ofSeconds(20).toMillis();

    private ServerSocket listening;

    ScriptedAuthServer() {
        this(Loopback.listen());
    }

    ScriptedAuthServer(ServerSocket listening) {
        this.listening = listening;
        limitPatience();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The next connection; it has said hello as clients do. */
    Peer accept() {
        try {
            Peer peer = new Peer(listening.accept());
            peer.expect("VERSION\t1\t2");
            peer.pid = Integer.parseInt(peer.read().field(0));
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Likewise, and it has been told the usual mechanisms. */
    Peer welcome() {
        return accept().say(HELLO + MECHANISMS + GOODBYE);
    }

    /** Nobody can connect any more; connections stay. */
    void stopListening() {
        Loopback.close(listening);
    }

    void listenAgain() {
        int port = listening.getLocalPort();
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        limitPatience();
    }

    private void limitPatience() {
        try {
            listening.setSoTimeout(PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Loopback.close(listening);
    }

    /** A connection of a client's. */
    static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final InputStream input;
        private int pid;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE);
            socket.setTcpNoDelay(true);
            this.input = new BufferedInputStream(socket.getInputStream());
        }

        int pid() {
            return pid;
        }

        /** The next line, whole: reading fails when the client ends before its end. */
        String readText() {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try {
                for (int octet = input.read(); octet != '\n'; octet = input.read()) {
                    if (octet < 0) {
                        throw new IOException("the client has closed");
                    }
                    line.write(octet);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return line.toString(UTF_8);
        }

        AuthLine read() {
            return AuthLine.parse(readText().getBytes(UTF_8));
        }

        void expect(String text) {
            String line = readText();
            if (!line.equals(text)) {
                throw new AssertionError("not " + text + ", but " + line);
            }
        }

        /** Waits for the client to close. */
        void expectEnd() {
            try {
                if (input.read() >= 0) {
                    throw new AssertionError("the client went on");
                }
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("the client did not close", e);
            } catch (IOException reset) {
                // An end too: it left something unread.
            }
        }

        Peer say(String text) {
            return say(text.getBytes(UTF_8));
        }

        /** Each character as one octet. */
        Peer sayRaw(String octets) {
            return say(octets.getBytes(ISO_8859_1));
        }

        /** One octet at a time, each on its way before the next. */
        Peer sayInPieces(String text) {
            for (byte octet : text.getBytes(UTF_8)) {
                say(new byte[] {octet});
            }
            return this;
        }

        private Peer say(byte[] octets) {
            try {
                socket.getOutputStream().write(octets);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            Loopback.close(socket);
        }
    }
}
