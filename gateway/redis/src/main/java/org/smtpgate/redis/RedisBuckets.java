package org.smtpgate.redis;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Bucket;
import org.smtpgate.proxy.guessing.FailureBuckets;

/**
 * Counts that all replicas with the same server and prefix share. Nothing blocks. While the connection is closed every call
 * fails at once, and it comes back by itself; a server that is silent fails each call after the timeout, so that {@code
 * FallbackBuckets} leaves it alone then. A count that has faded is deleted there. Safe for any thread.
 */
public final class RedisBuckets implements FailureBuckets {
    private static final Duration SPARE = Duration.ofSeconds(10);
    private static final int CALLS_UNDER_WAY_MAX = 10_000;

    private final RedisSettings settings;
    private final RedisClient client;
    private final AtomicReference<CompletableFuture<AsyncProxyManager<byte[]>>> counts = new AtomicReference<>();

    /** Connects with the first call. */
    public RedisBuckets(RedisSettings settings) {
        this.settings = settings;
        this.client = RedisClient.create(uri(settings));
        client.setOptions(options(settings));
    }

    @Override
    public Future<Long> room(Bucket bucket, Allowance allowance) {
        return Future.fromCompletionStage(
                counts().thenCompose(all -> proxy(all, bucket, allowance).getAvailableTokens()));
    }

    @Override
    public Future<Long> failed(Bucket bucket, Allowance allowance) {
        return Future.fromCompletionStage(
                counts().thenCompose(all -> failed(proxy(all, bucket, allowance), allowance)));
    }

    private static CompletableFuture<Long> failed(AsyncBucketProxy tokens, Allowance allowance) {
        return tokens.getAvailableTokens()
                .thenCompose(room -> room > -allowance.failures()
                        ? tokens.consumeIgnoringRateLimits(1).thenApply(counted -> room - 1)
                        : CompletableFuture.completedFuture(room));
    }

    @Override
    public Future<Void> close() {
        return Future.fromCompletionStage(client.shutdownAsync());
    }

    /** The one connection, which Lettuce makes anew when it breaks; only the first has to be made by whoever asks. */
    private CompletableFuture<AsyncProxyManager<byte[]>> counts() {
        CompletableFuture<AsyncProxyManager<byte[]>> present = counts.get();
        if (present != null && !present.isCompletedExceptionally()) {
            return present;
        }
        CompletableFuture<AsyncProxyManager<byte[]>> fresh = new CompletableFuture<>();
        if (!counts.compareAndSet(present, fresh)) {
            return counts.get();
        }
        try {
            client.connectAsync(ByteArrayCodec.INSTANCE, uri(settings)).whenComplete((connection, failure) -> {
                if (failure == null) {
                    fresh.complete(over(connection));
                } else {
                    fresh.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException thrown) {
            // Else it would be waited for for ever, and no other one be made.
            fresh.completeExceptionally(thrown);
        }
        return fresh;
    }

    private static AsyncProxyManager<byte[]> over(StatefulRedisConnection<byte[], byte[]> connection) {
        return Bucket4jLettuce.casBasedBuilder(connection)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(SPARE))
                .build()
                .asAsync();
    }

    private AsyncBucketProxy proxy(AsyncProxyManager<byte[]> all, Bucket bucket, Allowance allowance) {
        String kind = bucket.kind().name().toLowerCase(Locale.ROOT);
        byte[] key = (settings.prefix() + kind + ":" + bucket.key()).getBytes(StandardCharsets.UTF_8);
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(limit ->
                        limit.capacity(allowance.failures()).refillGreedy(allowance.failures(), allowance.within()))
                .build();
        return all.builder().build(key, () -> CompletableFuture.completedFuture(configuration));
    }

    private static RedisURI uri(RedisSettings settings) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(settings.host())
                .withPort(settings.port())
                .withDatabase(settings.database())
                .withSsl(settings.tls())
                .withVerifyPeer(SslVerifyMode.FULL)
                .withTimeout(settings.timeout());
        if (settings.password() != null && settings.username() != null) {
            uri.withAuthentication(settings.username(), settings.password().toCharArray());
        } else if (settings.password() != null) {
            uri.withPassword(settings.password().toCharArray());
        }
        return uri.build();
    }

    private static ClientOptions options(RedisSettings settings) {
        ClientOptions.Builder options = ClientOptions.builder()
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(CALLS_UNDER_WAY_MAX)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.timeout())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
        if (settings.trust() != null) {
            options.sslOptions(SslOptions.builder()
                    .jdkSslProvider()
                    .trustManager(settings.trust().toFile())
                    .build());
        }
        return options.build();
    }
}
