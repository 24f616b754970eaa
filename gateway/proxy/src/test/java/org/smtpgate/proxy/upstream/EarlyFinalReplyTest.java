package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Loss;

/** What an upstream says while a part of the content is still here is no answer to all of it. */
class EarlyFinalReplyTest {

    /** More than the kernel keeps for a connection, so that a part of it stays with the gateway. */
    private static final String CONTENT = "12345678901234567890123456789012345678\r\n".repeat(1_600_000) + ".\r\n";

    @ParameterizedTest
    @CsvSource({"250 2.0.0 queued, PROTOCOL", "552 5.2.3 too long, EARLY_REPLY", "421 4.3.2 going, REPLY_421"})
    void only_a_refusal_counts_before_the_last_octet_has_left(String reply, Loss.Kind kind) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                UpstreamLoops loops =
                        UpstreamLoops.one(SampleSettings.of(UpstreamSettings.Pool.DEFAULTS, server.getLocalPort()))) {
            CompletableFuture<Socket> hasty = CompletableFuture.supplyAsync(() -> answerInTheContent(server, reply));
            UpstreamLoops.Loop loop = loops.loop(0);
            Mail mail = UpstreamLoops.await(loop.submit(() ->
                    loop.upstream().lease(UpstreamLoops.ANYBODY, false).lease().compose(Mail::send)));
            assertThat(mail.loss.kind()).isEqualTo(kind);
            assertThat(mail.loss.reply().code()).isEqualTo(Integer.parseInt(reply.substring(0, 3)));
            assertThat(loop.call(mail.connection::contentLeft)).isFalse();
            hasty.join().close();
        }
    }

    /** The wait for room ends in its time, whatever half a word the upstream has said meanwhile. */
    @Test
    void an_upstream_that_takes_no_more_is_given_up_though_it_has_said_half_a_word() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                UpstreamLoops loops =
                        UpstreamLoops.one(SampleSettings.impatient(Duration.ofSeconds(1), server.getLocalPort()))) {
            CompletableFuture<Socket> stalled = CompletableFuture.supplyAsync(() -> answerInTheContent(server, "4"));
            UpstreamLoops.Loop loop = loops.loop(0);
            Mail mail = UpstreamLoops.await(loop.submit(() ->
                    loop.upstream().lease(UpstreamLoops.ANYBODY, false).lease().compose(Mail::send)));
            assertThat(mail.loss.kind()).isEqualTo(Loss.Kind.TIMEOUT);
            stalled.join().close();
        }
    }

    /** Says its last word to the first line of the content, and reads no further. */
    private static Socket answerInTheContent(ServerSocket server, String reply) {
        try {
            Socket socket = server.accept();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            say(socket, "220 hasty.test");
            for (String line = lines.readLine(); !line.equals("DATA"); line = lines.readLine()) {
                say(socket, "250 ok");
            }
            say(socket, "354 go on");
            lines.readLine();
            say(socket, reply);
            return socket;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void say(Socket socket, String reply) throws IOException {
        String line = reply.length() < 3 ? reply : reply + "\r\n";
        socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
    }

    /** One message, without regard for whether the upstream keeps up. */
    private static final class Mail implements Lessee {
        private final UpstreamConnection connection;
        private final Promise<Mail> over = Promise.promise();
        private Loss loss;

        private Mail(UpstreamConnection connection) {
            this.connection = connection;
        }

        static Future<Mail> send(UpstreamConnection connection) {
            Mail mail = new Mail(connection);
            connection.lentTo(mail);
            connection.transactionBegins(UpstreamLoops.ANYBODY);
            connection.send(new Command.Mail(new Address("a@example.org")));
            connection.send(new Command.Rcpt(new Address("b@example.org")));
            connection.send(new Command.Plain(Verb.DATA));
            connection.flush();
            return mail.over.future();
        }

        @Override
        public void answered(Stage stage, Reply reply) {
            if (stage == Stage.DATA) {
                connection.content(Unpooled.wrappedBuffer(CONTENT.getBytes(StandardCharsets.US_ASCII)));
                connection.contentEnded();
                connection.flush();
            } else if (stage == Stage.END_OF_DATA) {
                over.fail("it was believed: " + reply);
            }
        }

        @Override
        public void lost(Loss why) {
            loss = why;
            over.complete(this);
        }

        @Override
        public void drained() {}
    }
}
