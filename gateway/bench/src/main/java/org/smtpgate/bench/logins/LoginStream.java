package org.smtpgate.bench.logins;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Logins at a steady rate, each on a connection of its own; every second one has a wrong password. No two that may be under
 * way together are alike, as a gateway may ask only once for those.
 */
final class LoginStream {
    private static final int ANSWERS_MAX = 50;

    private final Clients clients;
    private final Accounts accounts;
    private final int logins;
    private final long deadlineSeconds;
    private final OpenLoop due;
    private final Map<String, Latencies> answers = new TreeMap<>();
    private final Map<String, Integer> duringStream = new TreeMap<>();
    private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();
    private int started;
    private int answered;

    LoginStream(Clients clients, Accounts accounts, double ratePerSecond, int seconds, long deadlineSeconds) {
        this.clients = clients;
        this.accounts = accounts;
        this.logins = (int) (ratePerSecond * seconds);
        this.deadlineSeconds = deadlineSeconds;
        this.due = new OpenLoop(clients.loop(), ratePerSecond, logins, this::logIn);
    }

    /** Completes when every login has its answer, or none in time. */
    CompletableFuture<Void> start() {
        if (logins == 0) {
            allAnswered.complete(null);
        } else {
            due.start();
        }
        return allAnswered;
    }

    /** For JSON, once all are answered. */
    Map<String, Object> asMap() {
        Map<String, Object> times = new LinkedHashMap<>();
        answers.forEach((answer, latencies) -> times.put(answer, latencies.asMap()));
        return Map.of("logins", logins, "answersDuring", duringStream, "millis", times);
    }

    private void logIn(int number, long dueNanos) {
        started++;
        String password = number % 2 == 0 ? accounts.password() : "wrong-" + number;
        LoginClient client =
                new LoginClient(accounts.login(number), password, false, answer -> count(answer, dueNanos));
        clients.connect(client);
        clients.loop()
                .schedule(
                        () -> {
                            client.ended("deadline");
                            client.close();
                        },
                        deadlineSeconds,
                        TimeUnit.SECONDS);
    }

    private void count(String answer, long dueNanos) {
        String key = answers.size() < ANSWERS_MAX || answers.containsKey(answer) ? answer : "other";
        answers.computeIfAbsent(key, first -> new Latencies()).since(dueNanos);
        if (started < logins) {
            duringStream.merge(key, 1, Integer::sum);
        }
        answered++;
        if (answered == logins) {
            allAnswered.complete(null);
        }
    }
}
