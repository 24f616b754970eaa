package org.smtpgate.bench.logins;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** NOOPs at a steady rate, by sessions that are logged in: how long the server lets them wait. */
final class NoopStream {
    private final Clients clients;
    private final Accounts accounts;
    private final int sessions;
    private final int noops;
    private final OpenLoop due;
    private final List<Line> lines = new ArrayList<>();
    private final Latencies answered = new Latencies();
    private final Latencies answeredSinceSent = new Latencies();
    private final Latencies sent = new Latencies();
    private final CompletableFuture<Void> allIn = new CompletableFuture<>();
    private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();
    private int over;

    NoopStream(Clients clients, Accounts accounts, int sessions, double ratePerSecond, int seconds) {
        this.clients = clients;
        this.accounts = accounts;
        this.sessions = sessions;
        this.noops = (int) (ratePerSecond * seconds);
        this.due = new OpenLoop(clients.loop(), ratePerSecond, noops, this::ask);
    }

    /** Completes when all sessions are logged in; they do so one after the other. */
    CompletableFuture<Void> logIn() {
        clients.loop().execute(this::logInNext);
        return allIn;
    }

    /** Completes when all NOOPs are answered. */
    CompletableFuture<Void> start() {
        due.start();
        return allAnswered;
    }

    /** For JSON, once all are answered. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("answeredMillis", answered.asMap());
        // What of it is the driver's own lateness, on a machine that has too few cores for both.
        map.put("sentMillis", sent.asMap());
        map.put("answeredSinceSentMillis", answeredSinceSent.asMap());
        return map;
    }

    private void logInNext() {
        if (lines.size() == sessions) {
            allIn.complete(null);
            return;
        }
        Line line = new Line();
        LoginClient client =
                new LoginClient(accounts.login(lines.size()), accounts.password(), true, code -> in(line, code));
        line.client = client;
        client.whenAnswered(code -> answered(line, code));
        clients.connect(client);
    }

    private void in(Line line, String code) {
        if (code.equals("235")) {
            lines.add(line);
            logInNext();
        } else {
            allIn.completeExceptionally(new IllegalStateException("not logged in: " + code));
        }
    }

    private void ask(int number, long dueNanos) {
        Line line = lines.get(number % sessions);
        sent.since(dueNanos);
        line.owed.add(new Noop(dueNanos, System.nanoTime()));
        line.client.send("NOOP");
    }

    private void answered(Line line, String code) {
        if (!code.equals("250")) {
            allAnswered.completeExceptionally(new IllegalStateException("NOOP was answered " + code));
            return;
        }
        Noop noop = line.owed.remove();
        answered.since(noop.dueNanos());
        answeredSinceSent.since(noop.sentNanos());
        over++;
        if (over == noops) {
            allAnswered.complete(null);
        }
    }

    private record Noop(long dueNanos, long sentNanos) {}

    /** A session, and those of its NOOPs that have no reply yet. */
    private static final class Line {
        private final Queue<Noop> owed = new ArrayDeque<>();
        private LoginClient client;
    }
}
