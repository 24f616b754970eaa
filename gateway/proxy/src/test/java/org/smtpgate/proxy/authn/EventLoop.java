package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.Tls;
import org.smtpgate.sasl.ChannelBindings;

/** The event loop that a test's session lives on. */
final class EventLoop implements AutoCloseable {
    static final Origin ORIGIN = new Origin(
            "submission",
            "s-42",
            SocketAddress.inetSocketAddress(50587, "192.0.2.1"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);

    static final Visit VISIT = new Visit(ORIGIN, ChannelBindings.NONE, FakeJudge.neverAsked());

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    Context context() {
        return context;
    }

    /** Does something there and waits for what it leads to. */
    <T> T await(Supplier<Future<T>> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(turn -> action.get().onComplete(result::complete, result::completeExceptionally));
        return result.get(10, TimeUnit.SECONDS);
    }

    <T> T run(Supplier<T> action) throws Exception {
        return await(() -> Future.succeededFuture(action.get()));
    }

    /** A login with PLAIN and an initial response. */
    AuthOutcome plain(Authenticator authenticator, String authorizationId, String username, String password)
            throws Exception {
        byte[] response = bytes(authorizationId + "\0" + username + "\0" + password);
        return await(() -> authenticator.begin("PLAIN", VISIT).orElseThrow().respond(response));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
