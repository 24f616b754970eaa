package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import org.smtpgate.auth.SubmittedCredentials;

/**
 * nginx' way of asking, octet for octet: HTTP/1.0, a connection for each question, closed as soon as the answer's headers
 * are there.
 */
final class NginxExchange implements Exchange {
    private final Vertx vertx;
    private final NginxHeaders headers;
    private final boolean serverRequired;
    private final Duration connectTimeout;
    private final ClientSSLOptions tls;
    private final NetClient client;

    /** @param serverRequired see {@link NginxVerdict} */
    NginxExchange(
            Vertx vertx, NginxHeaders headers, boolean serverRequired, Duration connectTimeout, ClientSSLOptions tls) {
        this.vertx = vertx;
        this.headers = headers;
        this.serverRequired = serverRequired;
        this.connectTimeout = connectTimeout;
        this.tls = tls;
        this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    }

    @Override
    public boolean sayable(SubmittedCredentials credentials) {
        return headers.fit(credentials);
    }

    @Override
    public Future<Verdict> ask(ServiceUrl url, SubmittedCredentials credentials, Duration most) {
        Buffer request = request(url, credentials);
        Promise<Verdict> verdict = Promise.promise();
        Reading reading = new Reading(verdict, NginxHeaders.user(credentials));
        client.connect(options(url, most)).onComplete((socket, failure) -> {
            if (failure == null) {
                reading.begin(socket, request);
            } else {
                verdict.tryFail(NoAnswerException.because(failure));
            }
        });
        long timer = vertx.setTimer(
                most.toMillis(),
                due -> verdict.tryFail(
                        reading.ended(new IllegalStateException("no answer within " + most.toMillis() + " ms"))));
        return verdict.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            reading.close();
        });
    }

    private ConnectOptions options(ServiceUrl url, Duration most) {
        ConnectOptions options = new ConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setTimeout((int) Math.min(connectTimeout.toMillis(), most.toMillis()));
        return url.secure() ? options.setSsl(true).setSslOptions(tls) : options;
    }

    /** What is sent. */
    Buffer request(ServiceUrl url, SubmittedCredentials credentials) {
        Buffer request = Buffer.buffer("GET " + url.uri() + " HTTP/1.0\r\n");
        append(request, Header.of("Host", url.hostHeader()));
        headers.about(credentials).forEach(header -> append(request, header));
        return request.appendString("\r\n");
    }

    private static void append(Buffer request, Header header) {
        request.appendString(header.name() + ": ").appendBytes(header.value()).appendString("\r\n");
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    /** One connection, from when it is there. */
    private final class Reading {
        private final NginxAnswer answer = new NginxAnswer();
        private final Promise<Verdict> verdict;
        private final String username;
        private NetSocket socket;
        private boolean closed;

        Reading(Promise<Verdict> verdict, String username) {
            this.verdict = verdict;
            this.username = username;
        }

        void begin(NetSocket opened, Buffer request) {
            socket = opened;
            if (closed) {
                socket.close();
                return;
            }
            socket.handler(this::take);
            socket.exceptionHandler(failure -> verdict.tryFail(ended(failure)));
            socket.closeHandler(end -> verdict.tryFail(ended(new IllegalStateException("closed"))));
            socket.write(request).onFailure(failure -> verdict.tryFail(ended(failure)));
        }

        private void take(Buffer octets) {
            if (verdict.future().isComplete()) {
                return;
            }
            try {
                answer.take(octets);
            } catch (IllegalArgumentException e) {
                verdict.tryComplete(new Verdict.Senseless(e.getMessage()));
                return;
            }
            if (answer.complete()) {
                verdict.tryComplete(NginxVerdict.of(answer.headers(), username, serverRequired));
            }
        }

        /** Why there is no answer, as the one who may ask another service is to know it. */
        Throwable ended(Throwable failure) {
            return answer.isEmpty()
                    ? NoAnswerException.because(failure)
                    : new IllegalStateException("the answer ended within its headers");
        }

        void close() {
            closed = true;
            if (socket != null) {
                socket.close();
            }
        }
    }
}
