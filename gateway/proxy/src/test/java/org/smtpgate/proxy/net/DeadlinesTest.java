package org.smtpgate.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final Duration SOON = Duration.ofMillis(150);
    private static final Duration LATER = Duration.ofMillis(600);
    private static final Duration NEVER = Duration.ofHours(2);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final List<String> fired = new ArrayList<>();

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void fireWhenTheyAreDueAndNotBefore() throws Exception {
        long began = System.nanoTime();
        run((deadlines, done) -> {
            fires(deadlines, "never", null).in(NEVER);
            fires(deadlines, "later", done).in(LATER);
            fires(deadlines, "soon", null).in(SOON);
        });
        assertThat(fired).containsExactly("soon", "later");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(LATER);
    }

    /** As a client's does with each command. */
    @Test
    void oneThatIsMovedFiresOnceAndAtItsLastTime() throws Exception {
        long began = System.nanoTime();
        run((deadlines, done) -> {
            Deadlines.Deadline moved = fires(deadlines, "moved", done);
            moved.in(SOON);
            moved.in(LATER);
        });
        assertThat(fired).containsExactly("moved");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(LATER);
    }

    /** What was far away when the others were looked at last is due before them now. */
    @Test
    void oneThatIsMovedNearFiresThen() throws Exception {
        run((deadlines, done) -> {
            Deadlines.Deadline near = fires(deadlines, "near", done);
            near.in(NEVER);
            fires(deadlines, "first", () -> near.in(SOON)).in(SOON);
        });
        assertThat(fired).containsExactly("first", "near");
    }

    @Test
    void oneThatIsClearedDoesNotFire() throws Exception {
        run((deadlines, done) -> {
            Deadlines.Deadline cleared = fires(deadlines, "cleared", null);
            cleared.in(SOON);
            cleared.clear();
            fires(deadlines, "later", done).in(LATER);
        });
        assertThat(fired).containsExactly("later");
    }

    @Test
    void oneThatFailsKeepsNoOtherFromFiring() throws Exception {
        loop.exceptionHandler(failure -> fired.add(failure.getMessage()));
        run((deadlines, done) -> {
            fires(deadlines, "first", () -> {
                        throw new IllegalStateException("failed");
                    })
                    .in(SOON);
            fires(deadlines, "second", done).in(SOON);
        });
        assertThat(fired).containsExactly("first", "failed", "second");
    }

    /** Until {@code done} was run. */
    private void run(BiConsumer<Deadlines, Runnable> body) throws Exception {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(begun -> body.accept(new Deadlines(vertx), done::complete));
        done.future().await(30, TimeUnit.SECONDS);
    }

    private Deadlines.Deadline fires(Deadlines deadlines, String name, Runnable then) {
        return deadlines.create(() -> {
            fired.add(name);
            if (then != null) {
                then.run();
            }
        });
    }
}
