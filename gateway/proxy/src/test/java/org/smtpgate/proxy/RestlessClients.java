package org.smtpgate.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many clients at once that begin far more than they end: they reset, quit, drop and half-close at random. */
final class RestlessClients {
    private static final int CLIENTS = 24;
    private static final int MOST_TRANSACTIONS = 40;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final byte[] ENVELOPE = ascii("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n");
    private static final byte[] GROUP = ascii("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
    private static final byte[] CONTENT = ascii("Subject: x\r\n\r\n" + "Hello, world\r\n".repeat(20));
    private static final byte[] END = ascii(".\r\n");

    private static final Set<Deed> IN_ENVELOPE =
            EnumSet.of(Deed.RESET, Deed.QUIT_IN_ENVELOPE, Deed.DROPPED_IN_ENVELOPE, Deed.HALF_CLOSED_IN_ENVELOPE);

    private final int port;
    private final long seed;
    private final AtomicInteger left;
    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<Deed, AtomicInteger> done = new EnumMap<>(Deed.class);

    /** What becomes of a transaction. */
    enum Deed {
        SENT(74),
        RESET(8),
        QUIT_IN_ENVELOPE(1),
        DROPPED_IN_ENVELOPE(1),
        DROPPED_WHILE_WAITING(1),
        TORN_DOWN_WHILE_WAITING(2),
        DROPPED_IN_CONTENT(2),
        TORN_DOWN_IN_CONTENT(2),
        HALF_CLOSED_IN_ENVELOPE(1),
        HALF_CLOSED_IN_CONTENT(2),
        HALF_CLOSED_BEHIND_THE_END(1),
        DROPPED_BEHIND_THE_END(2),
        BARE_NEWLINE(3);

        private final int weight;

        Deed(int weight) {
            this.weight = weight;
        }

        static Deed drawn(SplittableRandom random) {
            int at = random.nextInt(100);
            for (Deed deed : values()) {
                at -= deed.weight;
                if (at < 0) {
                    return deed;
                }
            }
            throw new IllegalStateException("the weights are not 100 in sum");
        }
    }

    RestlessClients(int port, long seed, int transactions) {
        this.port = port;
        this.seed = seed;
        this.left = new AtomicInteger(transactions);
        for (Deed deed : Deed.values()) {
            done.put(deed, new AtomicInteger());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns when that many transactions have been begun, and every client has left. */
    void run(Duration longest) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(null, this::work, "restless-" + i, 256 * 1024);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
        long until = System.nanoTime() + longest.toNanos();
        for (Thread client : clients) {
            TimeUnit.NANOSECONDS.timedJoin(client, Math.max(1, until - System.nanoTime()));
            if (client.isAlive()) {
                throw new AssertionError(left + " transactions are left after " + longest);
            }
        }
    }

    /** How often each thing was done. */
    Map<Deed, AtomicInteger> done() {
        return done;
    }

    private void work() {
        while (left.get() > 0) {
            SplittableRandom random = new SplittableRandom(seed ^ sessions.incrementAndGet());
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                session(new Line(socket), random);
            } catch (IOException e) {
                // The gateway has ended the session: what it may do is for other tests.
                continue;
            }
        }
    }

    private void session(Line line, SplittableRandom random) throws IOException {
        line.expect(220);
        line.write(ascii("EHLO client.test\r\n"));
        line.expect(250);
        boolean stays = true;
        for (int i = random.nextInt(MOST_TRANSACTIONS); stays && i >= 0 && left.getAndDecrement() > 0; i--) {
            Deed deed = Deed.drawn(random);
            done.get(deed).incrementAndGet();
            stays = transaction(line, deed);
        }
        if (stays) {
            line.write(ascii("QUIT\r\n"));
            line.readToEnd();
        }
    }

    /** Whether the session goes on. */
    private static boolean transaction(Line line, Deed deed) throws IOException {
        boolean stopsInEnvelope = IN_ENVELOPE.contains(deed);
        line.write(stopsInEnvelope ? ENVELOPE : GROUP);
        switch (deed) {
            case DROPPED_WHILE_WAITING -> {
                return false;
            }
            case TORN_DOWN_WHILE_WAITING -> {
                return line.reset();
            }
            default -> {
                int mail = line.reply();
                int rcpt = line.reply();
                if (stopsInEnvelope) {
                    return mail == 250 && rcpt == 250 ? inEnvelope(line, deed) : line.afresh();
                }
                return line.reply() == 354 ? inContent(line, deed) : line.afresh();
            }
        }
    }

    private static boolean inEnvelope(Line line, Deed deed) throws IOException {
        switch (deed) {
            case RESET -> {
                return line.afresh();
            }
            case QUIT_IN_ENVELOPE -> {
                line.write(ascii("QUIT\r\n"));
                return line.readToEnd();
            }
            case DROPPED_IN_ENVELOPE -> {
                return false;
            }
            case HALF_CLOSED_IN_ENVELOPE -> {
                return line.halfClose();
            }
            default -> throw new IllegalArgumentException(deed + " is not done in the envelope");
        }
    }

    private static boolean inContent(Line line, Deed deed) throws IOException {
        line.write(deed == Deed.BARE_NEWLINE ? ascii("one\ntwo\r\n") : CONTENT);
        switch (deed) {
            case DROPPED_IN_CONTENT -> {
                return false;
            }
            case TORN_DOWN_IN_CONTENT -> {
                return line.reset();
            }
            case HALF_CLOSED_IN_CONTENT -> {
                return line.halfClose();
            }
            default -> line.write(END);
        }
        switch (deed) {
            case DROPPED_BEHIND_THE_END -> {
                return false;
            }
            case HALF_CLOSED_BEHIND_THE_END -> {
                return line.halfClose();
            }
            default -> {
                line.reply();
                return true;
            }
        }
    }

    /** The client's end of a connection. */
    private static final class Line {
        private final Socket socket;
        private final InputStream in;
        private final byte[] buffer = new byte[2048];
        private int from;
        private int to;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void expect(int code) throws IOException {
            int got = reply();
            if (got != code) {
                throw new IOException("read " + got + " for " + code);
            }
        }

        /** Reads a reply, and gives its code. */
        int reply() throws IOException {
            while (true) {
                int code = 0;
                int column = 0;
                boolean last = true;
                for (int octet = read(); octet != '\n'; octet = read(), column++) {
                    if (column < 3) {
                        code = code * 10 + octet - '0';
                    } else if (column == 3) {
                        last = octet != '-';
                    }
                }
                if (last) {
                    return code;
                }
            }
        }

        private int read() throws IOException {
            if (from == to) {
                from = 0;
                to = in.read(buffer);
                if (to < 0) {
                    to = 0;
                    throw new IOException("end");
                }
            }
            return buffer[from++];
        }

        /** Ends whatever transaction there may be; the session goes on. */
        boolean afresh() throws IOException {
            write(ascii("RSET\r\n"));
            expect(250);
            return true;
        }

        boolean readToEnd() throws IOException {
            while (in.read(buffer) >= 0) {
                from = to;
            }
            return false;
        }

        boolean halfClose() throws IOException {
            socket.shutdownOutput();
            return readToEnd();
        }

        boolean reset() throws IOException {
            socket.setSoLinger(true, 0);
            return false;
        }
    }
}
