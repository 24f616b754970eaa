package org.smtpgate.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.EventLoopGroup;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.testkit.server.Ports;

/** Listening sockets are spread over the event loops, and leave the spread of what they serve as it was. */
class AcceptingLoopsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private Vertx vertx;

    @AfterEach
    void end() {
        if (vertx != null) {
            await(vertx.close());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void each_loop_has_its_turn_to_listen(int loops) {
        open(loops);
        EventLoopGroup accepting = ((VertxInternal) vertx).acceptorEventLoopGroup();
        assertThat(accepting).isInstanceOf(AcceptingLoops.class);
        Set<Object> listening = new HashSet<>();
        for (int i = 0; i < loops; i++) {
            Object promised = accepting.next();
            listen();
            listening.add(promised);
        }
        assertThat(listening).hasSize(loops);
    }

    @Test
    void what_is_accepted_is_spread_over_the_loops_of_the_servers() throws Exception {
        open(2);
        ConcurrentLinkedQueue<Thread> served = new ConcurrentLinkedQueue<>();
        int port = Ports.free();
        await(vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return vertx.createNetServer()
                                .connectHandler(socket -> served.add(Thread.currentThread()))
                                .listen(port, "127.0.0.1");
                    }
                },
                new DeploymentOptions().setInstances(2)));
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            Awaitility.await().atMost(SOON).until(() -> served.size() == 2);
        }
        assertThat(new HashSet<>(served)).hasSize(2);
    }

    private void open(int loops) {
        assumeThat(new NativeTransport().available()).isTrue();
        vertx = EventLoops.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    }

    private void listen() {
        await(vertx.createNetServer().connectHandler(socket -> {}).listen(0, "127.0.0.1"));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("while waiting", e);
        }
    }
}
