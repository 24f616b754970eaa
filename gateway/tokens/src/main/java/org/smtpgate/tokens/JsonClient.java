package org.smtpgate.tokens;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.smtpgate.auth.Settings;

/**
 * Asks servers for JSON over HTTP/1.1. Follows no redirect: a secret goes where it was sent. The number of connections,
 * of requests that wait for one, the time of a request and the size of an answer have bounds. Safe for any thread; works on
 * an event loop of its own, which a body's first byte cannot overtake.
 */
public final class JsonClient {
    private static final int MAX_CONNECTIONS = 16;

    /** For a burst of logins. Longer would meet a server that closes at that moment, and help nobody. */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private static final int MAX_WAITING = 1_000;
    private static final int MAX_ANSWER_BYTES = 512 * 1024;

    private final Vertx vertx;
    private final Supplier<ClientSSLOptions> tls;
    private final Duration timeout;
    private final Context context;
    private final HttpClient client;
    private volatile boolean closed;

    /**
     * @param tls whom to trust, as of now: asked before each request
     * @param timeout of a request, from its start to the last byte of the answer
     */
    public JsonClient(Vertx vertx, Supplier<ClientSSLOptions> tls, Duration timeout) {
        this.vertx = vertx;
        this.tls = tls;
        this.timeout = timeout;
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) timeout.toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING));
    }

    /** A time-out of the configuration: of half a minute a login has in all, enough is left for another question. */
    public static Duration timeout(Settings settings) {
        return settings.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    /** Fails with an {@link UnavailableException} alone, and within the time-out. */
    public Future<JsonAnswer> get(URI uri, Optional<String> authorization) {
        return exchange(options(HttpMethod.GET, uri, authorization), uri, Buffer.buffer());
    }

    /** Likewise. */
    public Future<JsonAnswer> post(URI uri, Optional<String> authorization, String type, String body) {
        RequestOptions options = options(HttpMethod.POST, uri, authorization).putHeader("Content-Type", type);
        return exchange(options, uri, Buffer.buffer(body));
    }

    /** Ends requests that are under way, which fail. */
    public Future<Void> close() {
        closed = true;
        return client.close();
    }

    private RequestOptions options(HttpMethod method, URI uri, Optional<String> authorization) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(uri.toString())
                .setConnectTimeout(timeout.toMillis())
                .putHeader("Accept", "application/json");
        authorization.ifPresent(value -> options.putHeader("Authorization", value));
        return "https".equals(uri.getScheme()) ? options.setSslOptions(tls.get()) : options;
    }

    private Future<JsonAnswer> exchange(RequestOptions options, URI uri, Buffer body) {
        if (closed) {
            return Future.failedFuture(new UnavailableException(ServerUrl.name(uri) + " is not asked any more"));
        }
        Promise<JsonAnswer> promise = Promise.promise();
        context.runOnContext(none -> {
            Exchange exchange = new Exchange(uri);
            exchange.send(options, body);
            exchange.done.future().onComplete(promise);
        });
        return promise.future();
    }

    /** One request and its answer. Lives on the client's event loop. */
    private final class Exchange {
        private final URI uri;
        private final Promise<JsonAnswer> done = Promise.promise();
        private HttpClientRequest request;

        Exchange(URI uri) {
            this.uri = uri;
        }

        void send(RequestOptions options, Buffer body) {
            long timer = vertx.setTimer(
                    timeout.toMillis(), due -> giveUp("gave no answer within " + timeout.toMillis() + " ms"));
            done.future().onComplete(end -> vertx.cancelTimer(timer));
            client.request(options)
                    .compose(opened -> {
                        request = opened;
                        opened.exceptionHandler(this::failed);
                        if (done.future().isComplete()) {
                            opened.reset();
                        }
                        return opened.send(body);
                    })
                    .onSuccess(this::read)
                    .onFailure(this::failed);
        }

        private void read(HttpClientResponse response) {
            Buffer body = Buffer.buffer();
            response.exceptionHandler(this::failed);
            response.handler(part -> {
                if (body.length() + part.length() > MAX_ANSWER_BYTES) {
                    giveUp("answered more than " + MAX_ANSWER_BYTES + " bytes");
                } else {
                    body.appendBuffer(part);
                }
            });
            response.endHandler(end -> done.tryComplete(new JsonAnswer(uri, response.statusCode(), body)));
        }

        private void failed(Throwable cause) {
            // The words of the cause may quote what was sent, where a header or URL was not to its liking.
            giveUp(
                    cause instanceof ConnectionPoolTooBusyException
                            ? "is waited for by " + MAX_WAITING + " already"
                            : "cannot be reached: " + cause.getClass().getSimpleName());
        }

        private void giveUp(String why) {
            if (done.tryFail(new UnavailableException(ServerUrl.name(uri) + " " + why)) && request != null) {
                request.reset();
            }
        }
    }
}
