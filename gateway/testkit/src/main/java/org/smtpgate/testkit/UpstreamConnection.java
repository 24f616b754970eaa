package org.smtpgate.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** What happened on one connection to a scripted upstream; it can be asked while the connection lives. */
public final class UpstreamConnection {
    private final int number;
    private final int clientPort;
    private final List<String> commands = new ArrayList<>();
    private String proxyHeader;
    private boolean tls;
    private boolean quit;
    private int endsOfData;
    private Fault fault;
    private PeerEnd end = PeerEnd.OPEN;

    UpstreamConnection(int number, int clientPort) {
        this.number = number;
        this.clientPort = clientPort;
    }

    /** From 1, in order of acceptance. */
    public int number() {
        return number;
    }

    /** The port at the other side. */
    public int clientPort() {
        return clientPort;
    }

    /** The command lines read, as they were. */
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /** What the PROXY header said, in the words of its version 1; null without one. */
    public synchronized String proxyHeader() {
        return proxyHeader;
    }

    public synchronized boolean tls() {
        return tls;
    }

    /** Whether QUIT was read. */
    public synchronized boolean quit() {
        return quit;
    }

    /** How many times the end of data was read, answered or not. */
    public synchronized int endsOfData() {
        return endsOfData;
    }

    /** What this upstream inflicted on the connection. */
    public synchronized Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    /** How the other side ended, or that it has not. */
    public synchronized PeerEnd end() {
        return end;
    }

    /** Waits until the other side has ended, and says how. */
    public PeerEnd awaitEnd(Duration timeout) {
        Awaitility.await("the end of " + this).atMost(timeout).until(() -> end() != PeerEnd.OPEN);
        return end();
    }

    synchronized void command(String line) {
        commands.add(line);
    }

    synchronized void proxied(String header) {
        proxyHeader = header;
    }

    synchronized void tlsBegun() {
        tls = true;
    }

    synchronized void quitSaid() {
        quit = true;
    }

    synchronized void endOfData() {
        endsOfData++;
    }

    synchronized void inflicted(Fault what) {
        fault = what;
    }

    synchronized void ended(PeerEnd how) {
        end = how;
    }

    @Override
    public synchronized String toString() {
        return "connection " + number + (tls ? " (TLS)" : "") + (fault == null ? "" : " after " + fault) + ", "
                + (quit ? "quit, " : "") + end + ": " + commands;
    }
}
