package org.smtpgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A server on a port of its own that keeps to SMTP until its script says otherwise, and remembers all that it saw.
 * Its threads are daemons and end with {@link #close()}.
 */
public final class ScriptedUpstream implements AutoCloseable {
    /** A client may open the next connection before the end of the last one was seen here. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final int SMALL_RECEIVE_BUFFER = 32 * 1024;

    private final UpstreamSettings settings;
    private final Script script;
    private final Ledger ledger = new Ledger();
    private final Semaphore room;
    private final ServerSocket server;
    private final Map<UpstreamConnection, UpstreamSession> serving = new ConcurrentHashMap<>();
    private final Map<UpstreamConnection, Wire> wires = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-upstream");
        thread.setDaemon(true);
        return thread;
    });

    ScriptedUpstream(UpstreamSettings settings, Script script, InetAddress address, int port) {
        this.settings = settings;
        this.script = script;
        room = new Semaphore(settings.maxConnections());
        try {
            server = new ServerSocket();
            if (settings.contentRate() > 0) {
                server.setReceiveBufferSize(SMALL_RECEIVE_BUFFER);
            }
            server.bind(new InetSocketAddress(address, port), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public static UpstreamBuilder builder() {
        return new UpstreamBuilder();
    }

    /** A plain upstream that does everything right. */
    public static ScriptedUpstream start() {
        return builder().start();
    }

    public int port() {
        return server.getLocalPort();
    }

    // ---- what is to happen

    /** Adds to the script. */
    public ScriptedUpstream fault(Moment moment, Fault fault) {
        script.add(moment, fault);
        return this;
    }

    /** Adds to the script: the lines of a reply, without the last CRLF. */
    public ScriptedUpstream reply(Moment moment, String reply) {
        script.add(moment, reply);
        return this;
    }

    /** Adds to the script: a delay before the reply. */
    public ScriptedUpstream delay(Moment moment, Duration delay) {
        script.add(moment, delay);
        return this;
    }

    /** The next occurrence of a stage, counted from now. */
    public Moment next(Stage stage) {
        return Moment.at(stage).nth(script.occurrences(stage) + 1);
    }

    /** Does this now to every connection that is open, and says to how many. */
    public int closeIdle(Fault fault) {
        int count = 0;
        for (Map.Entry<UpstreamConnection, UpstreamSession> entry : serving.entrySet()) {
            if (entry.getKey().end() == PeerEnd.OPEN) {
                inflict(entry.getKey(), entry.getValue(), fault);
                count++;
            }
        }
        return count;
    }

    private static void inflict(UpstreamConnection record, UpstreamSession session, Fault fault) {
        try {
            session.inflict(fault);
        } catch (IOException e) {
            // The other side may end the connection on the first byte of a fault that has several.
            if (record.end() == PeerEnd.OPEN) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Stops listening, so that the next connect is refused; open connections live on. */
    public void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what has happened

    /** All connections, in order of acceptance. */
    public List<UpstreamConnection> connections() {
        return ledger.connections();
    }

    /** The n-th connection, from 1. */
    public UpstreamConnection connection(int number) {
        return ledger.connections().get(number - 1);
    }

    /** How many connections the other side has not ended, and this side has not closed. */
    public int openConnections() {
        return (int) ledger.connections().stream()
                .filter(connection -> connection.end() == PeerEnd.OPEN)
                .count();
    }

    /** The most connections that were served at one time. */
    public int peakConnections() {
        return ledger.peak();
    }

    /** How many connections were one too many. */
    public int refusedConnections() {
        return ledger.refusedCount();
    }

    /** The messages that were accepted. */
    public List<Message> messages() {
        return ledger.messages().stream().filter(Message::accepted).toList();
    }

    /** The messages whose end of data was seen, whatever was said to it. */
    public List<Message> received() {
        return ledger.messages();
    }

    /** What the other side did against the protocol. */
    public List<String> violations() {
        return ledger.violations();
    }

    /** Waits until this many messages were accepted. */
    public List<Message> awaitMessages(int count, Duration timeout) {
        await(count + " messages", timeout, () -> messages().size() >= count);
        return messages();
    }

    /** Waits until this many connections were made in all. */
    public List<UpstreamConnection> awaitConnections(int count, Duration timeout) {
        await(count + " connections", timeout, () -> connections().size() >= count);
        return connections();
    }

    /** Waits until exactly this many connections are open. */
    public void awaitOpenConnections(int count, Duration timeout) {
        await(count + " open connections", timeout, () -> openConnections() == count);
    }

    /** Waits until a stage was reached this many times. */
    public void awaitStage(Stage stage, int occurrences, Duration timeout) {
        await(occurrences + " times " + stage, timeout, () -> script.occurrences(stage) >= occurrences);
    }

    private void await(String what, Duration timeout, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(timeout)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no " + what + " at the upstream in " + timeout + ": " + this, e);
        }
    }

    // ---- serving

    private void accept() {
        while (!server.isClosed()) {
            try {
                serveOrClose(server.accept());
            } catch (IOException e) {
                // It is being closed.
                return;
            }
        }
    }

    /** One that came in while this is being closed must not stay open: whoever connected would wait for a greeting. */
    private void serveOrClose(Socket socket) throws IOException {
        try {
            threads.execute(() -> serve(socket));
        } catch (RejectedExecutionException e) {
            socket.close();
        }
    }

    private void serve(Socket socket) {
        UpstreamConnection record = ledger.open(socket.getPort());
        try (Wire wire = new Wire(socket)) {
            wires.put(record, wire);
            if (threads.isShutdown()) {
                return;
            }
            UpstreamSession session = new UpstreamSession(wire, settings, script, ledger, record);
            if (room.tryAcquire(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                serve(record, session);
            } else {
                ledger.refused();
                session.turnAway();
            }
        } catch (IOException e) {
            record.ended(PeerEnd.CLOSED_HERE);
        } catch (InterruptedException e) {
            record.ended(PeerEnd.CLOSED_HERE);
            Thread.currentThread().interrupt();
        } finally {
            wires.remove(record);
        }
    }

    private void serve(UpstreamConnection record, UpstreamSession session) throws InterruptedException {
        ledger.served();
        serving.put(record, session);
        try {
            session.serve();
        } finally {
            serving.remove(record);
            ledger.left();
            room.release();
        }
    }

    @Override
    public void close() {
        stopListening();
        threads.shutdownNow();
        wires.values().forEach(Wire::close);
    }

    @Override
    public String toString() {
        return ledger.toString();
    }
}
