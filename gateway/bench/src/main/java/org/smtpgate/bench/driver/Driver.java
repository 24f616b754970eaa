package org.smtpgate.bench.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.smtpgate.bench.message.MessageMaker;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts a load on an SMTP server of this machine, and prints what came of it as one line of JSON. */
@Command(
        name = "driver",
        description = "Sends mail through a proxy on loopback, and measures.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class Driver implements Callable<Integer> {
    @Option(names = "--port", required = true, description = "Where the proxy listens on loopback.")
    private int port;

    @Option(names = "--control", description = "The sink's HTTP port; without it nothing is verified.")
    private int control;

    @Option(names = "--tls", defaultValue = "NONE", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private Tls tls;

    @Option(names = "--resumption", description = "TLS resumes what an earlier session has agreed on.")
    private boolean resumption;

    @Option(names = "--login", description = "USER:PASSWORD for AUTH PLAIN; none without it.")
    private String login;

    @Option(names = "--sessions", defaultValue = "1000", description = "Of the whole run.")
    private int sessions;

    @Option(names = "--untimed", defaultValue = "0", description = "Of them, the first, in which the driver warms up.")
    private int untimed;

    @Option(names = "--concurrency", defaultValue = "16", description = "Sessions at a time.")
    private int concurrency;

    @Option(names = "--rate", defaultValue = "0", description = "Sessions a second; 0 for as fast as they end.")
    private double rate;

    @Option(names = "--messages", defaultValue = "1", description = "Of each session.")
    private int messages;

    @Option(names = "--size", defaultValue = "4096", description = "Octets of a message.")
    private int size;

    @Option(names = "--pipelining", description = "MAIL, RCPT and DATA go out behind the content before them.")
    private boolean pipelining;

    @Option(names = "--idle-millis", defaultValue = "0", description = "The rest before each QUIT.")
    private long idleMillis;

    @Option(
            names = "--hold",
            description = "Log in and wait: prints a line once all are held, and goes on when it reads one.")
    private boolean hold;

    @Option(names = "--deadline-seconds", defaultValue = "60", description = "For one session.")
    private long deadlineSeconds;

    @Option(names = "--settle-seconds", defaultValue = "30", description = "For what a proxy still has in its queue.")
    private long settleSeconds;

    @Spec
    private CommandSpec spec;

    private final ObjectMapper json = new ObjectMapper();

    /** Runs the driver. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Driver())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (untimed >= sessions) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--untimed must leave some of the --sessions (" + sessions + ") to be timed");
        }
        long run = System.currentTimeMillis();
        Load load = new Load(plan(), new MessageMaker(run, size), sessions, untimed, concurrency, rate);
        long startNanos = System.nanoTime();
        load.start();
        if (hold) {
            load.allHeld().join();
            System.out.println("held");
            // Any line, or the end of the input, lets them go.
            System.in.read();
            load.release();
        }
        load.allOver().join();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        load.close();

        Map<String, Object> result = new LinkedHashMap<>(load.tally().asMap());
        result.put("seconds", seconds);
        if (control != 0) {
            Duration settle = Duration.ofSeconds(settleSeconds);
            result.put("verdict", new Verdict(control, run).of(load.tally().acknowledged(), run, settle));
        }
        System.out.println(json.writeValueAsString(result));
        return 0;
    }

    private Plan plan() throws IOException {
        return new Plan(
                new InetSocketAddress("127.0.0.1", port),
                tls == Tls.NONE ? null : trustful(),
                resumption,
                tls == Tls.STARTTLS,
                login == null ? null : authPlain(),
                messages,
                pipelining,
                Duration.ofMillis(idleMillis),
                hold,
                Duration.ofSeconds(deadlineSeconds));
    }

    private ByteBuf authPlain() {
        String plain = "\0" + login.replaceFirst(":", "\0");
        String response = Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        return ClientSession.command("AUTH PLAIN " + response + "\r\n");
    }

    /** The proxies have certificates of the moment. By OpenSSL, that can tell whether a session was resumed. */
    private static SslContext trustful() throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }
}
