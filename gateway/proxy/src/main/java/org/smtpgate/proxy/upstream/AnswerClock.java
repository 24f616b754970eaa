package org.smtpgate.proxy.upstream;

import java.time.Duration;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.UpstreamSettings.Timeouts;
import org.smtpgate.smtp.Stage;

/** The time that one upstream connection may take over what is due next. Confined to its event loop. */
final class AnswerClock {
    /** Nobody waits for the 221 but the connection. */
    private static final Duration QUIT = Duration.ofSeconds(5);

    private final Deadlines.Deadline deadline;
    private final Timeouts timeouts;
    /** The {@link System#nanoTime()} at which the handshake is too late. */
    private final long handshakeUntil;

    private boolean shakingHands = true;

    AnswerClock(Deadlines.Deadline deadline, Timeouts timeouts, long handshakeUntil) {
        this.deadline = deadline;
        this.timeouts = timeouts;
        this.handshakeUntil = handshakeUntil;
    }

    /** From now on each answer has its own time alone. */
    void handshakeDone() {
        shakingHands = false;
    }

    /** @param awaited what is due next; null for nothing */
    void await(Stage awaited) {
        if (awaited == null || awaited == Stage.CONTENT) {
            deadline.clear();
            return;
        }
        awaitFor(
                switch (awaited) {
                    case GREETING -> timeouts.greeting();
                    case DATA -> timeouts.data();
                    case END_OF_DATA -> timeouts.endOfData();
                    case QUIT -> QUIT;
                    default -> timeouts.command();
                });
    }

    void awaitTls() {
        awaitFor(timeouts.connect());
    }

    /** A block of content is to be taken. */
    void awaitRoom() {
        deadline.in(timeouts.content());
    }

    private void awaitFor(Duration most) {
        Duration left = Duration.ofNanos(Math.max(1, handshakeUntil - System.nanoTime()));
        deadline.in(shakingHands && left.compareTo(most) < 0 ? left : most);
    }

    /** Something that is no answer has this much time. */
    void in(Duration most) {
        deadline.in(most);
    }

    void clear() {
        deadline.clear();
    }
}
