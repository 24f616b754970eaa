package org.smtpgate.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;

/** Clients that send one message after the other, each in a session of its own, until they are stopped. */
final class MailLoad {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String GROUP_END = "DATA";

    private final AtomicBoolean going = new AtomicBoolean(true);
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final List<Answer> deferred = new CopyOnWriteArrayList<>();
    private final ExecutorService clients;
    private final List<Future<?>> running = new ArrayList<>();

    MailLoad(int port, int count) {
        clients = Executors.newFixedThreadPool(count);
        for (int number = 0; number < count; number++) {
            String name = "c" + number + "-";
            running.add(clients.submit(() -> run(port, name)));
        }
    }

    private void run(int port, String name) {
        for (int number = 0; going.get(); number++) {
            try (SmtpClient client = SmtpClient.connect(port).timeout(PATIENCE)) {
                client.greet();
                send(client, name + number);
                client.quit();
            }
        }
    }

    private void send(SmtpClient client, String id) {
        client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", GROUP_END);
        Answer mail = client.reply();
        Answer rcpt = client.reply();
        Answer data = client.reply();
        if (data.code() != 354) {
            deferred.add(mail.code() == 250 ? rcpt.code() == 250 ? data : rcpt : mail);
            return;
        }
        Answer end = client.message("X-Test-Id: " + id + "\r\n\r\nHello\r\n").reply();
        if (end.code() == 250) {
            ids.add(id);
        } else {
            deferred.add(end);
        }
    }

    /** How many messages were accepted so far. */
    int accepted() {
        return ids.size();
    }

    /** Those of them. */
    List<String> acceptedIds() {
        return List.copyOf(ids);
    }

    /** What was said to the others. */
    List<Answer> deferred() {
        return List.copyOf(deferred);
    }

    /** Lets each client end its message. */
    void stop() throws Exception {
        going.set(false);
        for (Future<?> client : running) {
            client.get(60, TimeUnit.SECONDS);
        }
        clients.shutdown();
    }
}
