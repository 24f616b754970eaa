package org.smtpgate.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nobody wants to read stays in the kernel, and its end with it. */
class UnreadSocketTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int OCTETS = 1024 * 1024;
    /** As the kernel writes it: the peer has ended, and this side has not. */
    private static final String CLOSE_WAIT = "08";

    private final Vertx vertx = EventLoops.vertx();

    @AfterEach
    void end() {
        await(vertx.close());
    }

    @Test
    void theEndOfAPeerThatIsNotReadBringsNothingIn() throws IOException {
        Promise<SmtpSocket> accepted = Promise.promise();
        Promise<Context> loop = Promise.promise();
        NetServerOptions options = new NetServerOptions().setHost("127.0.0.1").setReceiveBufferSize(4 * OCTETS);
        NetServer server = vertx.createNetServer(options).connectHandler(socket -> {
            SmtpSocket unread = new SmtpSocket(socket);
            unread.handler(new Reader(unread));
            unread.reading(false);
            loop.complete(Vertx.currentContext());
            accepted.complete(unread);
        });
        int port = await(server.listen(0)).actualPort();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            SmtpSocket unread = await(accepted.future());
            client.getOutputStream().write(new byte[OCTETS]);
            client.shutdownOutput();
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> state(port, client.getLocalPort()).equals(CLOSE_WAIT));
            // What the event loop has been told of by now, it has dealt with before this.
            Context context = await(loop.future());
            for (int turn = 0; turn < 10; turn++) {
                run(context, () -> {});
            }
            assertThat(unread.octetsReceived()).isLessThanOrEqualTo(64 * 1024);

            run(context, () -> unread.reading(true));
            Awaitility.await().atMost(SOON).until(() -> unread.octetsReceived() == OCTETS && unread.inputEnded());
        }
    }

    private static void run(Context context, Runnable task) {
        await(Future.future(done -> context.runOnContext(turn -> {
            task.run();
            done.complete();
        })));
    }

    /** Of the server's socket of this connection. */
    private static String state(int serverPort, int clientPort) throws IOException {
        String ends = "%04X %04X".formatted(serverPort, clientPort);
        try (Stream<String> v4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> v6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(v4, v6)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 3 && (port(words[1]) + " " + port(words[2])).equals(ends))
                    .map(words -> words[3])
                    .findFirst()
                    .orElse("");
        }
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Throws away what comes. */
    private record Reader(SmtpSocket socket) implements SocketHandler {
        @Override
        public void readable() {
            while (socket.next() != null) {
                // On to the next.
            }
        }

        @Override
        public void drained() {}

        @Override
        public void closed(SocketEnd end) {}
    }
}
