package org.smtpgate.bench.sink;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Starts the sink: one event loop for all of its ports, all on loopback. Runs until it is killed. */
@Command(
        name = "sink",
        description = "Takes, checks and counts the driver's messages.",
        mixinStandardHelpOptions = true)
public final class Sink implements Callable<Integer> {
    private static final int BACKLOG = 4096;
    private static final int RECEIVE_OCTETS = 65_536;
    private static final int HTTP_BODY_MAX = 65_536;

    @Option(
            names = "--listen",
            required = true,
            converter = PortConverter.class,
            paramLabel = "PORT[:CONNECTIONS:MILLIS]",
            description = "An SMTP port; with how many connections it allows, and how long it takes for a message.")
    private List<Port> ports;

    @Option(names = "--control", required = true, description = "The HTTP port of records, statistics and auth_http.")
    private int control;

    /**
     * A port to listen on.
     *
     * @param connections how many at a time
     * @param delay for each message
     */
    record Port(int number, int connections, Duration delay) {}

    /** Reads {@code PORT} and {@code PORT:CONNECTIONS:MILLIS}. */
    static final class PortConverter implements ITypeConverter<Port> {
        @Override
        public Port convert(String text) {
            String[] parts = text.split(":", -1);
            if (parts.length == 1) {
                return new Port(Integer.parseInt(parts[0]), Integer.MAX_VALUE, Duration.ZERO);
            }
            if (parts.length == 3) {
                Duration delay = Duration.ofMillis(Long.parseLong(parts[2]));
                return new Port(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), delay);
            }
            throw new TypeConversionException(
                    "'" + text + "' is neither PORT nor PORT:CONNECTIONS:MILLIS, such as 2525 or 2526:50:25");
        }
    }

    /** Runs the sink. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Sink()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Records records = new Records();
        for (Port port : ports) {
            Gate gate = new Gate(port.connections(), port.delay());
            listen(loop, port.number(), () -> List.of(new SinkSession(records, gate)));
        }
        Channel http = listen(
                loop,
                control,
                () -> List.of(
                        new HttpServerCodec(), new HttpObjectAggregator(HTTP_BODY_MAX), new ControlSession(records)));
        System.out.println("ready");
        http.closeFuture().sync();
        return 0;
    }

    private static Channel listen(EventLoopGroup loop, int port, Supplier<List<ChannelHandler>> handlers)
            throws InterruptedException {
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_OCTETS))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        handlers.get().forEach(channel.pipeline()::addLast);
                    }
                })
                .bind(new InetSocketAddress("127.0.0.1", port))
                .sync()
                .channel();
    }
}
