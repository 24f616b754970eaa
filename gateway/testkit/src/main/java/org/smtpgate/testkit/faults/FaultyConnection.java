package org.smtpgate.testkit.faults;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.smtpgate.testkit.Loopback;
import org.smtpgate.testkit.TcpChaos.Flow;

/** One connection through a {@link FaultProxy}: a thread for each direction, until the fault that is planned for it. */
final class FaultyConnection {
    private static final int TRICKLED_OCTETS = 200;
    private static final long NANOS_BETWEEN_OCTETS = 200_000;

    private final Socket client;
    private final Socket server;
    private final PlannedFault planned;
    private final Runnable inflicted;
    private final DialogueWatch watch;
    private final Set<Flow> discarded = EnumSet.noneOf(Flow.class);
    private final AtomicInteger pumps = new AtomicInteger(2);
    private boolean holding;
    private boolean struck;
    private volatile int trickle;

    /**
     * @param planned null if nothing is to happen to it
     * @param inflicted is told when it has happened
     */
    FaultyConnection(Socket client, Socket server, PlannedFault planned, Runnable inflicted) {
        this.client = client;
        this.server = server;
        this.planned = planned;
        this.inflicted = inflicted;
        this.watch = planned == null ? null : new DialogueWatch(planned);
        this.struck = planned == null || planned.point() == FaultPoint.ACCEPT;
    }

    void start(Executor threads, Runnable ended) {
        threads.execute(() -> run(Flow.TO_CLIENT, ended));
        threads.execute(() -> run(Flow.TO_SERVER, ended));
    }

    private void run(Flow flow, Runnable ended) {
        try {
            if (flow == Flow.TO_CLIENT && planned != null && planned.point() == FaultPoint.ACCEPT) {
                strike(flow, new byte[0], 0, 0);
            }
            pump(flow);
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            reset();
            Thread.currentThread().interrupt();
        } finally {
            if (pumps.decrementAndGet() == 0) {
                Loopback.close(client);
                Loopback.close(server);
                ended.run();
            }
        }
    }

    private Socket to(Flow flow) {
        return flow == Flow.TO_CLIENT ? client : server;
    }

    private void pump(Flow flow) throws IOException, InterruptedException {
        Socket from = flow == Flow.TO_CLIENT ? server : client;
        byte[] bytes = new byte[16 * 1024];
        for (int count = from.getInputStream().read(bytes);
                count >= 0;
                count = from.getInputStream().read(bytes)) {
            pass(flow, bytes, count);
        }
        finish(to(flow));
    }

    private void pass(Flow flow, byte[] bytes, int count) throws IOException, InterruptedException {
        int at;
        synchronized (this) {
            while (holding) {
                wait();
            }
            if (discarded.contains(flow)) {
                return;
            }
            at = struck ? DialogueWatch.NOT_HERE : watch.find(flow, bytes, count);
            struck |= at != DialogueWatch.NOT_HERE;
        }
        if (at == DialogueWatch.NOT_HERE) {
            write(flow, bytes, 0, count);
        } else {
            write(flow, bytes, 0, at);
            strike(flow, bytes, at, count);
        }
    }

    private void write(Flow flow, byte[] bytes, int from, int to) throws IOException {
        int i = from;
        for (; i < to && trickle > 0; i++, trickle--) {
            to(flow).getOutputStream().write(bytes, i, 1);
            LockSupport.parkNanos(NANOS_BETWEEN_OCTETS);
        }
        if (i < to) {
            to(flow).getOutputStream().write(bytes, i, to - i);
        }
    }

    // ---- the fault

    private void strike(Flow flow, byte[] bytes, int from, int to) throws IOException, InterruptedException {
        inflicted.run();
        switch (planned.kind()) {
            case EOF -> end("");
            case RST -> reset();
            case HALF_CLOSE_BY_SERVER -> halfClose(Flow.TO_CLIENT, flow, bytes, from, to);
            case HALF_CLOSE_BY_CLIENT -> halfClose(Flow.TO_SERVER, flow, bytes, from, to);
            case HANG -> {
                hold(planned.pause());
                reset();
            }
            case DELAY -> {
                hold(planned.pause());
                write(flow, bytes, from, to);
            }
            case TRICKLE -> {
                trickle = TRICKLED_OCTETS;
                write(flow, bytes, from, to);
            }
            case REPLY_421 -> end("421 4.3.2 Service shutting down\r\n");
            case REPLY_221 -> end("221 2.0.0 Closing connection\r\n");
        }
    }

    private void end(String lastWords) throws IOException {
        discard(EnumSet.allOf(Flow.class));
        client.getOutputStream().write(lastWords.getBytes(StandardCharsets.US_ASCII));
        finish(client);
        finish(server);
    }

    private void halfClose(Flow ended, Flow flow, byte[] bytes, int from, int to) throws IOException {
        discard(EnumSet.of(ended));
        finish(to(ended));
        if (flow != ended) {
            write(flow, bytes, from, to);
        }
    }

    private synchronized void discard(Set<Flow> flows) {
        discarded.addAll(flows);
    }

    /** Lets nothing through, in either direction, for a while. */
    private synchronized void hold(Duration pause) throws InterruptedException {
        holding = true;
        long until = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        holding = false;
        notifyAll();
    }

    // ---- ends

    private static void finish(Socket socket) throws IOException {
        synchronized (socket) {
            if (!socket.isClosed() && !socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        }
    }

    /** Tears both sides down; what was not yet delivered is lost. */
    void reset() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
                continue;
            }
            Loopback.close(socket);
        }
    }
}
