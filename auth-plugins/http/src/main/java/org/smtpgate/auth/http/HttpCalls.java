package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.time.Duration;

/**
 * Requests over HTTP/1.1, on connections that are kept for the next one. Follows no redirect: a password goes where the
 * operator said. Safe for any thread.
 */
final class HttpCalls {
    static final int MAX_ANSWER_OCTETS = 64 * 1024;

    /** For a burst of logins. Longer would meet a service that closes at that moment. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    private final Vertx vertx;
    private final Duration connectTimeout;
    private final ClientSSLOptions tls;
    private final HttpClient client;

    /** @param connections how many there may be to one service */
    HttpCalls(Vertx vertx, Duration connectTimeout, int connections, ClientSSLOptions tls) {
        this.vertx = vertx;
        this.connectTimeout = connectTimeout;
        this.tls = tls;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true))
                // Who asks has waited for a turn, so that nobody should have to wait here.
                .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(connections))
                // Vert.x would log at ERROR what each call is told as well.
                .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
                .build();
    }

    /** What came back, whole. */
    record HttpAnswer(int status, MultiMap headers, Buffer body) {

        /** It may hold a password. */
        @Override
        public String toString() {
            return "HttpAnswer[" + status + "]";
        }
    }

    /**
     * Sends one request; fails as {@link Exchange#ask} does.
     *
     * @param headers values are sent octet for octet
     * @param body null for none
     */
    Future<HttpAnswer> send(HttpMethod method, ServiceUrl url, MultiMap headers, Buffer body, Duration most) {
        Call call = new Call(most);
        call.begin(options(method, url, headers), body, true);
        return call.done.future();
    }

    private RequestOptions options(HttpMethod method, ServiceUrl url, MultiMap headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(url.host())
                .setPort(url.port())
                .setURI(url.uri())
                .setConnectTimeout(connectTimeout.toMillis())
                .setSsl(url.secure())
                .setHeaders(headers);
        return url.secure() ? options.setSslOptions(tls) : options;
    }

    Future<Void> close() {
        return client.close();
    }

    /** One request and its answer, on the event loop that began it. */
    private final class Call {
        private final Promise<HttpAnswer> done = Promise.promise();
        private HttpClientRequest request;
        private boolean answering;

        Call(Duration most) {
            long timer = vertx.setTimer(most.toMillis(), due -> giveUp(reason(most)));
            done.future().onComplete(end -> vertx.cancelTimer(timer));
        }

        private Throwable reason(Duration most) {
            return ended(new IllegalStateException("no answer within " + most.toMillis() + " ms"));
        }

        /** @param mayRepeat whether a connection that the service has just closed is a reason to try a new one */
        void begin(RequestOptions options, Buffer body, boolean mayRepeat) {
            client.request(options)
                    .compose(opened -> {
                        request = opened;
                        if (done.future().isComplete()) {
                            opened.reset();
                        }
                        return body == null ? opened.send() : opened.send(body);
                    })
                    .onSuccess(this::read)
                    .onFailure(failure -> {
                        if (mayRepeat
                                && failure instanceof HttpClosedException
                                && !done.future().isComplete()) {
                            begin(options, body, false);
                        } else {
                            giveUp(ended(failure));
                        }
                    });
        }

        private void read(HttpClientResponse response) {
            answering = true;
            Buffer body = Buffer.buffer();
            response.exceptionHandler(failure -> giveUp(ended(failure)));
            response.handler(part -> {
                if (body.length() + part.length() > MAX_ANSWER_OCTETS) {
                    giveUp(new IllegalStateException("the answer is longer than " + MAX_ANSWER_OCTETS + " octets"));
                } else {
                    body.appendBuffer(part);
                }
            });
            response.endHandler(
                    end -> done.tryComplete(new HttpAnswer(response.statusCode(), response.headers(), body)));
        }

        private Throwable ended(Throwable failure) {
            return answering
                    ? new IllegalStateException("the answer did not come to its end")
                    : NoAnswerException.because(failure);
        }

        private void giveUp(Throwable why) {
            if (done.tryFail(why) && request != null) {
                request.reset();
            }
        }
    }
}
