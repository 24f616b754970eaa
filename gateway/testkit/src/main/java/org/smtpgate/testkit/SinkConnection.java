package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** One connection of a {@link MailSink}, on its own thread. */
final class SinkConnection {
    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};
    private static final int HANG_MILLIS = 3_000;

    private final MailSink sink;
    private final Socket socket;
    private final SplittableRandom random;
    private final StringBuilder line = new StringBuilder(80);
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
    private boolean content;
    private int endMatched;
    private boolean gone;

    SinkConnection(MailSink sink, Socket socket, long seed) {
        this.sink = sink;
        this.socket = socket;
        this.random = new SplittableRandom(seed);
    }

    /** Serves until the other side has ended, or this one has closed. */
    void serve() {
        byte[] bytes = new byte[8 * 1024];
        try {
            socket.setTcpNoDelay(true);
            answer("220 sink.test ESMTP");
            flush();
            for (int count = read(bytes); count >= 0; count = read(bytes)) {
                take(bytes, count);
                flush();
            }
        } catch (IOException e) {
            // The other side has torn it down, or this one has.
            gone = true;
        } finally {
            close();
        }
    }

    private int read(byte[] bytes) throws IOException {
        return socket.getInputStream().read(bytes);
    }

    private void take(byte[] bytes, int count) throws IOException {
        for (int i = 0; i < count && !gone; i++) {
            if (content) {
                contentOctet(bytes[i]);
            } else if (bytes[i] != '\n') {
                line.append((char) bytes[i]);
            } else {
                command(line.toString());
                line.setLength(0);
            }
        }
        if (content && random.nextInt(sink.oneIn()) == 0) {
            goAway(random.nextInt(2));
        }
    }

    private void contentOctet(byte b) throws IOException {
        endMatched = b == END[endMatched] ? endMatched + 1 : b == '\r' ? 1 : 0;
        if (endMatched == END.length) {
            content = false;
            if (!misbehaves()) {
                answer("250 2.0.0 Ok");
                sink.took();
            }
        }
    }

    private void command(String command) throws IOException {
        if (misbehaves()) {
            return;
        }
        switch (command.substring(0, Math.min(4, command.length()))) {
            case "EHLO" -> answer("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES");
            case "DATA" -> {
                answer("354 Go ahead");
                content = true;
                endMatched = 2;
            }
            case "QUIT" -> {
                answer("221 2.0.0 Bye");
                leave();
            }
            default -> answer("250 2.0.0 Ok");
        }
    }

    /** Whether this command is not answered as it should be. */
    private boolean misbehaves() throws IOException {
        if (random.nextInt(sink.oneIn()) != 0) {
            return false;
        }
        goAway(random.nextInt(24));
        return true;
    }

    private void goAway(int how) throws IOException {
        sink.faulted();
        switch (how) {
            case 0, 2, 3, 4 -> leave();
            case 1, 5, 6, 7 -> reset();
            case 8, 9, 10 -> {
                answer("421 4.3.2 Going down");
                leave();
            }
            case 11, 12, 13 -> {
                answer("221 2.0.0 Bye");
                leave();
            }
            case 14, 15, 16, 17 -> answer("451 4.3.0 Not now");
            case 18, 19, 20 -> answer("550 5.0.0 Never");
            case 21, 22 -> answer("299 2.0.0 What is this?");
            default -> hang();
        }
    }

    /** Says nothing until the other side has ended, or for a while. */
    private void hang() throws IOException {
        flush();
        socket.setSoTimeout(HANG_MILLIS);
        byte[] scrap = new byte[1024];
        try {
            while (read(scrap) >= 0) {
                // Whatever it is, it is not answered.
                continue;
            }
            gone = true;
        } catch (SocketTimeoutException e) {
            reset();
        }
    }

    private void answer(String reply) {
        replies.writeBytes((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void flush() throws IOException {
        if (replies.size() > 0 && !socket.isOutputShutdown()) {
            socket.getOutputStream().write(replies.toByteArray());
        }
        replies.reset();
    }

    /** Ends this side in order; what still comes is read and thrown away. */
    private void leave() throws IOException {
        flush();
        gone = true;
        socket.shutdownOutput();
    }

    private void reset() throws IOException {
        gone = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void close() {
        Loopback.close(socket);
    }
}
