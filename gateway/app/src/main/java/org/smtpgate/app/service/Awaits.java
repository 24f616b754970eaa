package org.smtpgate.app.service;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** For the command line's own thread, which may wait. */
public final class Awaits {
    private static final long SECONDS_MAX = 60;

    private Awaits() {}

    /** The result of what is about to complete; throws the future's own failure. */
    public static <T> T result(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new IllegalStateException("no result within " + SECONDS_MAX + " s", e);
        }
    }
}
