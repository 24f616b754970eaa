package org.smtpgate.bench.logins;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Logs in at a rate, and asks NOOP at another by sessions that are in; prints what came of it as one line of JSON. */
@Command(
        name = "login-storm",
        description = "Measures what logins cost the clients that are in already.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class LoginStorm implements Callable<Integer> {
    private static final int LOG_IN_SECONDS = 120;

    @Option(names = "--port", required = true, description = "Where the proxy listens on loopback, without TLS.")
    private int port;

    @Option(names = "--users", defaultValue = "user:1000:bench-password", description = "PREFIX:COUNT:PASSWORD")
    private String users;

    @Option(names = "--logins-per-second", defaultValue = "200", description = "0 for none.")
    private double loginsPerSecond;

    @Option(names = "--noops-per-second", defaultValue = "200", description = "Of all sessions together.")
    private double noopsPerSecond;

    @Option(names = "--sessions", defaultValue = "20", description = "That ask NOOP.")
    private int sessions;

    @Option(names = "--seconds", defaultValue = "30", description = "How long both go on.")
    private int seconds;

    @Option(names = "--deadline-seconds", defaultValue = "60", description = "For one login, and for what is owed.")
    private long deadlineSeconds;

    /** Runs the storm. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoginStorm()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        InetSocketAddress server = new InetSocketAddress("127.0.0.1", port);
        String[] parts = users.split(":", 3);
        Accounts accounts = new Accounts(parts[0], Integer.parseInt(parts[1]), parts[2]);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
        // A loop of their own each: what the logins take must not count as the server's time for a NOOP.
        NoopStream noops =
                new NoopStream(new Clients(group.next(), server), accounts, sessions, noopsPerSecond, seconds);
        LoginStream logins =
                new LoginStream(new Clients(group.next(), server), accounts, loginsPerSecond, seconds, deadlineSeconds);

        noops.logIn().get(LOG_IN_SECONDS, TimeUnit.SECONDS);
        // Who starts it takes readings from now on.
        System.out.println("begun");
        var loginsOver = logins.start();
        noops.start().get(seconds + deadlineSeconds, TimeUnit.SECONDS);
        System.out.println("noops over");
        loginsOver.get(2 * deadlineSeconds, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);

        Map<String, Object> result = new LinkedHashMap<>();
        result.put("seconds", seconds);
        result.put("noops", noops.asMap());
        result.put("logins", logins.asMap());
        System.out.println(new ObjectMapper().writeValueAsString(result));
        return 0;
    }
}
