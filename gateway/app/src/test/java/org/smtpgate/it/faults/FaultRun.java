package org.smtpgate.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends the messages of one seed, from many clients at once, each as often as it takes. */
final class FaultRun {

    private static final int CLIENTS = 16;
    private static final int STACK_BYTES = 512 * 1024;

    private final long seed;
    private final FaultyGateway gateway;
    private final Mailbag bag;
    private final Tally tally = new Tally();

    FaultRun(long seed, int messages, FaultyGateway gateway) {
        this.seed = seed;
        this.gateway = gateway;
        this.bag = new Mailbag(seed, messages);
    }

    /** Returns when every message has been acknowledged or given up. */
    void send(Duration longest) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(null, this::work, "client-" + i, STACK_BYTES);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
        long until = System.nanoTime() + longest.toNanos();
        for (Thread client : clients) {
            TimeUnit.NANOSECONDS.timedJoin(client, Math.max(1, until - System.nanoTime()));
            if (client.isAlive()) {
                throw new AssertionError(bag.unsettled() + " messages are not settled after " + longest);
            }
        }
    }

    private void work() {
        try {
            for (Mailbag.Entry next = bag.take(); next != null; next = bag.take()) {
                SessionPlan plan = SessionPlan.of(seed, tally.nextSession());
                MailSession.run(plan, gateway.port(plan.lane()), next, bag, tally);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Mailbag bag() {
        return bag;
    }

    Tally tally() {
        return tally;
    }
}
