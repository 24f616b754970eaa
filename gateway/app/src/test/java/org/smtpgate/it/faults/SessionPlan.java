package org.smtpgate.it.faults;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What the client of one session does.
 *
 * @param messages how many it wants to send
 * @param pipelined whether it sends MAIL, RCPT and DATA as a group
 * @param secured whether it does STARTTLS and logs in
 * @param pause between its messages
 */
record SessionPlan(Lane lane, int messages, boolean pipelined, boolean secured, Duration pause, Goodbye goodbye) {

    private static final int MOST_MESSAGES = 6;
    private static final int LONGEST_PAUSE_MILLIS = 150;

    /** How it says QUIT. */
    enum Goodbye {
        /** When all replies have come. */
        QUIT,
        /** Right behind the last final dot. */
        PIPELINED_QUIT,
        /** Right behind the last final dot, and with its half of the connection closed. */
        PIPELINED_QUIT_AND_HALF_CLOSE
    }

    /** Follows from the seed and the session's number; the lanes take turns. */
    static SessionPlan of(long seed, int number) {
        SplittableRandom random = new SplittableRandom(~seed ^ number * 0x9E3779B97F4A7C15L >>> 1);
        Lane lane = Lane.values()[number % Lane.values().length];
        int messages = 1 + random.nextInt(MOST_MESSAGES);
        boolean pauses = random.nextInt(4) == 0;
        return new SessionPlan(
                lane,
                messages,
                random.nextBoolean(),
                random.nextInt(4) == 0,
                pauses ? Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)) : Duration.ZERO,
                goodbye(random.nextInt(4)));
    }

    private static Goodbye goodbye(int drawn) {
        return switch (drawn) {
            case 0 -> Goodbye.PIPELINED_QUIT;
            case 1 -> Goodbye.PIPELINED_QUIT_AND_HALF_CLOSE;
            default -> Goodbye.QUIT;
        };
    }
}
