package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures, for a bounded time. */
final class Awaiting {
    private static final int SECONDS = 10;

    private Awaiting() {}

    static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("nothing within " + SECONDS + " s", e);
        }
    }

    static TokenException failure(Future<?> future) {
        var thrown = new java.util.concurrent.atomic.AtomicReference<TokenException>();
        assertThatThrownBy(
                        () -> future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(TokenException.class, thrown::set);
        return thrown.get();
    }
}
