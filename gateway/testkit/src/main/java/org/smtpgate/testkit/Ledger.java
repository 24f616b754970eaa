package org.smtpgate.testkit;

import java.util.ArrayList;
import java.util.List;

/** Everything that a scripted upstream has seen. */
final class Ledger {
    private final List<UpstreamConnection> connections = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int refused;
    private int open;
    private int peak;

    synchronized UpstreamConnection open(int clientPort) {
        UpstreamConnection connection = new UpstreamConnection(connections.size() + 1, clientPort);
        connections.add(connection);
        return connection;
    }

    synchronized void served() {
        open++;
        peak = Math.max(peak, open);
    }

    synchronized void left() {
        open--;
    }

    synchronized void refused() {
        refused++;
    }

    synchronized void add(Message message) {
        messages.add(message);
    }

    synchronized void violation(UpstreamConnection connection, String what) {
        violations.add("connection " + connection.number() + ": " + what);
    }

    synchronized List<UpstreamConnection> connections() {
        return List.copyOf(connections);
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized int refusedCount() {
        return refused;
    }

    synchronized int peak() {
        return peak;
    }

    @Override
    public synchronized String toString() {
        return connections.size() + " connections " + connections + ", " + messages.size() + " messages, violations "
                + violations;
    }
}
