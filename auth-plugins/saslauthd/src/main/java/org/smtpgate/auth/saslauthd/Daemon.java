package org.smtpgate.auth.saslauthd;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The daemon behind its socket: one connection for each question. Safe for any thread, blocks none. */
final class Daemon {
    private static final int LENGTH_OCTETS = 2;

    /** No answer of the daemon's is longer. */
    private static final int MAX_ANSWER_OCTETS = 1024;

    private final Vertx vertx;
    private final Path path;
    private final Duration timeout;

    /** In a field: one that nobody holds is closed when it is collected. */
    private final NetClient client;

    Daemon(Vertx vertx, Path path, Duration timeout) {
        this.vertx = vertx;
        this.path = path;
        this.timeout = timeout;
        this.client =
                vertx.createNetClient(new NetClientOptions().setConnectTimeout(Math.toIntExact(timeout.toMillis())));
    }

    /** What the daemon says to a request; fails with {@link SaslauthdException}. */
    Future<String> ask(Buffer request) {
        Promise<String> answer = Promise.promise();
        long timer = vertx.setTimer(
                timeout.toMillis(), late -> answer.tryFail(trouble("no answer within " + timeout.toMillis() + " ms")));
        client.connect(SocketAddress.domainSocketAddress(path.toString())).onComplete((socket, failure) -> {
            if (failure != null) {
                answer.tryFail(trouble("while connecting: " + failure.getMessage()));
            } else {
                converse(socket, request, answer);
            }
        });
        return answer.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void converse(NetSocket socket, Buffer request, Promise<String> answer) {
        Buffer received = Buffer.buffer();
        socket.handler(bytes -> {
            received.appendBuffer(bytes);
            read(received, answer);
        });
        // It closes without having read an address that it knows nothing of; what it has said counts all the same.
        socket.exceptionHandler(broken -> answer.tryFail(trouble("while it was asked: " + broken.getMessage())));
        socket.closeHandler(closed -> answer.tryFail(trouble("it ended the connection without an answer")));
        answer.future().onComplete(done -> socket.close());
        if (!answer.future().isComplete()) {
            socket.write(request);
        }
    }

    private void read(Buffer received, Promise<String> answer) {
        if (received.length() < LENGTH_OCTETS) {
            return;
        }
        int length = received.getUnsignedShort(0);
        if (length > MAX_ANSWER_OCTETS) {
            answer.tryFail(trouble("an answer of " + length + " octets: it is no saslauthd"));
        } else if (received.length() >= LENGTH_OCTETS + length) {
            answer.tryComplete(
                    received.getString(LENGTH_OCTETS, LENGTH_OCTETS + length, StandardCharsets.ISO_8859_1.name()));
        }
    }

    private SaslauthdException trouble(String what) {
        return new SaslauthdException("saslauthd at " + path + ": " + what);
    }

    Future<Void> close() {
        return client.close();
    }
}
