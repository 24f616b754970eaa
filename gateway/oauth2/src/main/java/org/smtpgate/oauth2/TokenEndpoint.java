package org.smtpgate.oauth2;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One token endpoint, asked over HTTP/1.1 (RFC 6749 section 3.2). Follows no redirect: a secret goes where the operator
 * said. Safe for any thread; works on an event loop of its own, and signs on a worker.
 */
public final class TokenEndpoint {
    private static final int WORKERS = 2;
    private static final int MAX_CONNECTIONS = 8;

    /** For a burst of logins. Longer would meet an endpoint that closes at that moment, and help nobody. */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private static final int MAX_WAITING = 1_000;
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final TokenEndpointSettings settings;
    private final ClientAuthentication authentication;
    private final Clock clock;
    private final TokenEvents events;
    private final Vertx vertx;
    private final Context context;
    private final WorkerExecutor workers;
    private final HttpClient client;

    public TokenEndpoint(
            Vertx vertx,
            TokenEndpointSettings settings,
            ClientAuthentication authentication,
            Clock clock,
            TokenEvents events) {
        this.vertx = vertx;
        this.settings = settings;
        this.authentication = authentication;
        this.clock = clock;
        this.events = events;
        this.context = vertx.getOrCreateContext();
        this.workers = vertx.createSharedWorkerExecutor("smtpgate-oauth2 " + settings.name(), WORKERS);
        this.client = vertx.createHttpClient(
                clientOptions(settings),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING));
    }

    private static HttpClientOptions clientOptions(TokenEndpointSettings settings) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) settings.timeout().toMillis())
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setSsl(settings.secure())
                .setVerifyHost(true);
        settings.trustPem()
                .ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }

    URI uri() {
        return settings.uri();
    }

    Duration timeout() {
        return settings.timeout();
    }

    Future<Void> after(Duration delay) {
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(delay.toMillis(), due -> promise.complete());
        return promise.future();
    }

    /** What a request takes at most, and a little. */
    Duration patience() {
        return settings.timeout().plusSeconds(1);
    }

    /** For what takes CPU or the disk. A disk that hangs stops this endpoint's tokens and nothing else. */
    <T> Future<T> onWorker(Callable<T> work) {
        try {
            return workers.executeBlocking(work, false);
        } catch (IllegalStateException closed) {
            return Future.failedFuture(unavailable("is not asked any more"));
        }
    }

    /**
     * Sends one request, whose form is made on a worker, and reads the answer. Fails with a {@link TokenException}
     * alone, within the time-out.
     */
    Future<TokenResponse> request(Callable<TokenForm> form) {
        Promise<TokenResponse> promise = Promise.promise();
        context.runOnContext(none -> {
            Exchange exchange = new Exchange();
            exchange.begin(form);
            exchange.done.future().onComplete(promise);
        });
        return promise.future();
    }

    Future<Void> close() {
        return client.close().eventually(workers::close);
    }

    private TokenException unavailable(String what) {
        return new TokenException(TokenFailure.UNAVAILABLE, settings.name() + " " + what);
    }

    /** One request and its answer. Lives on the endpoint's event loop. */
    private final class Exchange {
        private final Promise<TokenResponse> done = Promise.promise();
        private final long began = System.nanoTime();
        private HttpClientRequest request;

        void begin(Callable<TokenForm> form) {
            long timer = vertx.setTimer(
                    settings.timeout().toMillis(),
                    due -> giveUp(unavailable(
                            "gave no answer within " + settings.timeout().toMillis() + " ms")));
            done.future().onComplete(end -> {
                vertx.cancelTimer(timer);
                report(end.failed() ? end.cause() : null);
            });
            onWorker(() -> authenticated(form.call())).onComplete((ready, failure) -> {
                if (failure == null) {
                    send(ready);
                } else {
                    giveUp(
                            failure instanceof TokenException known
                                    ? known
                                    : unavailable("was not asked: the request could not be signed"));
                }
            });
        }

        private TokenForm authenticated(TokenForm form) throws Exception {
            authentication.addTo(form, settings.uri(), clock.instant());
            return form;
        }

        private void send(TokenForm form) {
            if (done.future().isComplete()) {
                return;
            }
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setAbsoluteURI(settings.uri().toString())
                    .putHeader("Content-Type", "application/x-www-form-urlencoded")
                    .putHeader("Accept", "application/json");
            form.authorization().ifPresent(value -> options.putHeader("Authorization", value));
            client.request(options)
                    .compose(opened -> {
                        request = opened;
                        if (done.future().isComplete()) {
                            opened.reset();
                        }
                        return opened.send(form.encoded());
                    })
                    .onSuccess(response -> read(response, form))
                    .onFailure(this::failed);
        }

        private void read(HttpClientResponse response, TokenForm form) {
            Buffer body = Buffer.buffer();
            response.exceptionHandler(this::failed);
            response.handler(part -> {
                if (body.length() + part.length() > MAX_ANSWER_BYTES) {
                    giveUp(unavailable("answered more than " + MAX_ANSWER_BYTES + " bytes"));
                } else {
                    body.appendBuffer(part);
                }
            });
            response.endHandler(end -> {
                try {
                    done.tryComplete(new TokenAnswer(settings.name(), form)
                            .read(response.statusCode(), retryAfter(response), body));
                } catch (TokenException e) {
                    done.tryFail(e);
                }
            });
        }

        private Duration retryAfter(HttpClientResponse response) {
            return TokenAnswer.seconds(response.getHeader("Retry-After")).orElse(Duration.ZERO);
        }

        private void failed(Throwable cause) {
            if (cause instanceof ConnectionPoolTooBusyException) {
                giveUp(new TokenException(
                        TokenFailure.OVERLOADED, settings.name() + " is waited for by " + MAX_WAITING + " already"));
            } else {
                giveUp(unavailable("cannot be reached: " + TokenAnswer.printable(reason(cause))));
            }
        }

        private void giveUp(TokenException why) {
            if (done.tryFail(why) && request != null) {
                request.reset();
            }
        }

        private void report(Throwable failure) {
            Optional<TokenFailure> kind =
                    failure instanceof TokenException known ? Optional.of(known.failure()) : Optional.empty();
            events.requested(kind, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public String toString() {
        return settings.name();
    }
}
