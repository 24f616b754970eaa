package org.smtpgate.proxy.dns;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Asks name servers one question at a time, over UDP, and over TCP what does not fit. Netty carries it; each question has
 * a port and an id of its own, drawn by lot. Confined to its event loop.
 */
final class NameServers {
    private static final int ROUNDS = 2;

    private final Context context;
    private final DnsNameResolver carrier;

    /** To be called once on a thread that may be blocked: Netty reads files when its class is loaded. */
    static void load() {
        DnsNameResolver.isTimeoutError(null);
    }

    /** @param timeout for one answer of one server */
    NameServers(Vertx vertx, Duration timeout) {
        this.context = vertx.getOrCreateContext();
        Transport transport = ((VertxInternal) vertx).transport();
        this.carrier = new DnsNameResolverBuilder(((ContextInternal) context).nettyEventLoop())
                .datagramChannelFactory(transport.datagramChannelFactory())
                .socketChannelFactory(
                        () -> (SocketChannel) transport.channelFactory(false).newChannel())
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .queryTimeoutMillis(timeout.toMillis())
                // Not its own: each question names the server that it is for.
                .nameServerProvider(
                        new SequentialDnsServerAddressStreamProvider(new InetSocketAddress("127.0.0.1", 53)))
                .searchDomains(List.of())
                .build();
    }

    /**
     * Asks the servers in turn, until one of them knows: that there are records, or that there are none.
     *
     * @param name absolute
     * @return fails with {@link DnsException} when none can tell
     */
    Future<Answer> ask(List<InetSocketAddress> servers, String name, DnsRecordType type) {
        return ask(servers, 0, new DefaultDnsQuestion(name, type));
    }

    private Future<Answer> ask(List<InetSocketAddress> servers, int tries, DnsQuestion question) {
        return ask(servers.get(tries % servers.size()), question)
                .recover(failure -> tries + 1 < ROUNDS * servers.size()
                        ? ask(servers, tries + 1, question)
                        : Future.failedFuture(failure));
    }

    private Future<Answer> ask(InetSocketAddress server, DnsQuestion question) {
        Promise<Answer> promise = Promise.promise();
        carrier.query(server, question).addListener(done -> {
            Object answer = done.isSuccess() ? answer(done.getNow()) : done.cause();
            context.runOnContext(turn -> {
                if (answer instanceof Answer read) {
                    promise.complete(read);
                } else {
                    String why = ((Throwable) answer).getMessage();
                    promise.fail(new DnsException(
                            question.name() + " " + question.type().name() + ": " + why));
                }
            });
        });
        return promise.future();
    }

    /** An {@link Answer}, or why there is none; the response is released. */
    private static Object answer(Object now) {
        @SuppressWarnings("unchecked")
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope =
                (AddressedEnvelope<DnsResponse, InetSocketAddress>) now;
        try {
            return AnswerReader.read(envelope.content());
        } catch (DnsException e) {
            return e;
        } finally {
            envelope.release();
        }
    }

    void close() {
        carrier.close();
    }
}
