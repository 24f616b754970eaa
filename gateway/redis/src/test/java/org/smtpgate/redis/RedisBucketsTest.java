package org.smtpgate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Bucket;
import org.smtpgate.proxy.guessing.Bucket.Kind;

/** With a real server of its own. */
@Timeout(120)
class RedisBucketsTest {
    private static final Allowance THREE = new Allowance(3, Duration.ofMinutes(10));
    private static final Bucket ATTACKER = new Bucket(Kind.ADDRESS, "198.51.100.7");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    java.nio.file.Path folder;

    private RedisServer server;

    @BeforeEach
    void start() throws Exception {
        server = RedisServer.in(folder, "correct Horse-7 battery");
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void replicasCountTogether() throws Exception {
        RedisBuckets here = buckets();
        RedisBuckets there = buckets();

        assertThat(result(here.failed(ATTACKER, THREE))).isEqualTo(2);
        assertThat(result(there.failed(ATTACKER, THREE))).isEqualTo(1);
        assertThat(result(here.room(ATTACKER, THREE))).isEqualTo(1);
        assertThat(result(here.failed(ATTACKER, THREE))).isZero();
        assertThat(result(there.room(ATTACKER, THREE))).isZero();
        // What was under way already when there was still room counts as well.
        assertThat(result(there.failed(ATTACKER, THREE))).isEqualTo(-1);
        assertThat(result(here.room(new Bucket(Kind.LOGIN, "198.51.100.7"), THREE)))
                .isEqualTo(3);
        close(here, there);
    }

    @Test
    void aCountThatHasFadedIsGoneFromTheServer() throws Exception {
        RedisBuckets buckets = buckets();
        Allowance brief = new Allowance(3, Duration.ofMillis(300));

        result(buckets.failed(ATTACKER, brief));

        await().atMost(SOON).until(() -> result(buckets.room(ATTACKER, brief)) == 3);
        close(buckets);
    }

    @Test
    void aServerThatIsAwayKeepsNobodyWaitingAndCountsAgainWhenItIsBack() throws Exception {
        RedisBuckets buckets = buckets();
        result(buckets.failed(ATTACKER, THREE));

        server.kill();
        await().atMost(SOON).until(() -> settled(buckets.room(ATTACKER, THREE)).failed());
        long since = System.nanoTime();
        assertThat(settled(buckets.failed(ATTACKER, THREE)).failed()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));

        server.start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> settled(buckets.failed(ATTACKER, THREE)).succeeded());
        close(buckets);
    }

    @Test
    void aServerThatIsNotThereYetIsConnectedToLater() throws Exception {
        server.kill();
        RedisBuckets buckets = buckets();
        assertThat(settled(buckets.room(ATTACKER, THREE)).failed()).isTrue();

        server.start();
        await().atMost(SOON).until(() -> settled(buckets.room(ATTACKER, THREE)).succeeded());
        close(buckets);
    }

    @Test
    void aWrongPasswordIsAFailureThatDoesNotQuoteIt() throws Exception {
        RedisBuckets buckets = new RedisBuckets(settings("Zq9-wrong-battery"));

        Future<Long> room = settled(buckets.room(ATTACKER, THREE));

        assertThat(room.failed()).isTrue();
        assertThat(String.valueOf(room.cause())).doesNotContain("Zq9-wrong-battery");
        close(buckets);
    }

    private RedisBuckets buckets() {
        return new RedisBuckets(settings(server.password()));
    }

    private RedisSettings settings(String password) {
        return new RedisSettings(
                "127.0.0.1", server.port(), 0, false, null, null, password, "smtpgate:", Duration.ofSeconds(1));
    }

    private static void close(RedisBuckets... all) throws Exception {
        for (RedisBuckets buckets : all) {
            settled(buckets.close());
        }
    }

    private static long result(Future<Long> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static <T> Future<T> settled(Future<T> future) throws Exception {
        future.otherwiseEmpty().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        return future;
    }
}
