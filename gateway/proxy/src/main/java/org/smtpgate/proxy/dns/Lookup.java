package org.smtpgate.proxy.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Asks one question of whom the configuration or the system says, and follows aliases. Confined to its event loop. */
final class Lookup {
    /** For how long what was read in files is taken for true. */
    static final Duration FILES_HOLD = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final DnsSettings settings;
    private NameServers servers;
    private Future<ResolverFiles> files;
    private long filesReadAt;

    Lookup(Vertx vertx, DnsSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    Future<ResolverFiles> files() {
        long now = System.nanoTime();
        if (files == null || now - filesReadAt >= FILES_HOLD.toNanos()) {
            filesReadAt = now;
            files = vertx.executeBlocking(
                    () -> {
                        NameServers.load();
                        return ResolverFiles.read();
                    },
                    false);
        }
        return files;
    }

    /**
     * @param name absolute
     * @return fails with {@link DnsException} when nobody can tell
     */
    <T extends Resource> Future<Found<T>> find(String name, DnsRecordType type, Class<T> kind) {
        return files().compose(read -> {
            List<InetSocketAddress> asked = settings.servers().isEmpty() ? read.servers() : settings.servers();
            if (servers == null) {
                servers = new NameServers(vertx, settings.timeout());
            }
            return find(asked, name, type, kind, Long.MAX_VALUE, 0);
        });
    }

    private <T extends Resource> Future<Found<T>> find(
            List<InetSocketAddress> asked, String name, DnsRecordType type, Class<T> kind, long mostSeconds, int hops) {
        return servers.ask(asked, name, type).compose(answer -> {
            Answer.Outcome<T> outcome = answer.follow(name, kind);
            long seconds = Math.min(mostSeconds, outcome.seconds());
            if (!outcome.resources().isEmpty()) {
                return Future.succeededFuture(new Found<>(outcome.end(), true, outcome.resources(), seconds));
            }
            boolean elsewhere = answer.nameExists() && !outcome.end().equals(name) && answer.negativeSeconds() == 0;
            if (!elsewhere) {
                long negative = Math.min(seconds, answer.negativeSeconds());
                return Future.succeededFuture(new Found<>(outcome.end(), answer.nameExists(), List.of(), negative));
            }
            // The server follows no aliases, or not to their end.
            return hops < Answer.ALIASES_MAX
                    ? find(asked, outcome.end(), type, kind, seconds, hops + 1)
                    : Future.failedFuture(new DnsException(name + " is an alias of an alias without end"));
        });
    }

    void close() {
        if (servers != null) {
            servers.close();
        }
    }
}
