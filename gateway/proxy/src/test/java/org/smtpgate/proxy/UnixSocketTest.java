package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Protocol;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.UnixSocketDoor;

/** An upstream behind a socket of this machine, as LMTP servers have it, is like any other. */
class UnixSocketTest {
    @TempDir
    Path folder;

    private Path socket;

    @BeforeEach
    void name() {
        socket = folder.resolve("lmtp");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void messages_go_through_it_over_one_connection(Protocol protocol) {
        try (ScriptedUpstream upstream = upstream(protocol);
                UnixSocketDoor door = new UnixSocketDoor(socket, upstream.port());
                TestGateway gateway = gateway(protocol).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            assertThat(door).isNotNull();
            client.greet();
            send(client, "one");
            send(client, "two");
            client.quit();
            assertThat(upstream.messages()).extracting(Message::id).containsExactly("one", "two");
            assertThat(upstream.connections()).hasSize(1);
            assertThat(gateway.scrape()).contains("endpoint=\"unix:" + socket + "\"");
        }
    }

    @Test
    void where_nobody_listens_mail_is_deferred_until_somebody_does() {
        try (ScriptedUpstream upstream = upstream(Protocol.LMTP);
                TestGateway gateway = gateway(Protocol.LMTP).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            try (UnixSocketDoor door = new UnixSocketDoor(socket, upstream.port())) {
                assertThat(door).isNotNull();
                send(client, "one");
                client.quit();
            }
        }
    }

    @Test
    void a_connection_that_is_closed_in_the_pool_costs_nobody_a_message() {
        try (ScriptedUpstream upstream = upstream(Protocol.LMTP);
                UnixSocketDoor door = new UnixSocketDoor(socket, upstream.port());
                TestGateway gateway = gateway(Protocol.LMTP).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            assertThat(door).isNotNull();
            client.greet();
            send(client, "one");
            upstream.fault(Moment.at(Stage.MAIL).nth(2), Fault.EOF);
            send(client, "two");
            client.quit();
            assertThat(upstream.messages()).extracting(Message::connection).containsExactly(1, 2);
        }
    }

    private static ScriptedUpstream upstream(Protocol protocol) {
        return protocol == Protocol.LMTP ? ScriptedUpstream.builder().lmtp().start() : ScriptedUpstream.start();
    }

    private TestGateway.Builder gateway(Protocol protocol) {
        TestGateway.Builder builder = TestGateway.inFrontOf()
                .endpoints(List.of(new Endpoint(Endpoint.Kind.UNIX, socket.toString(), 0, 1, 0)));
        return protocol == Protocol.LMTP ? builder.lmtp() : builder;
    }

    private static void send(SmtpClient client, String id) {
        client.transaction("a@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n")
                .expect(250);
    }
}
