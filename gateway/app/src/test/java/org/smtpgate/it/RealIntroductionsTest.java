package org.smtpgate.it;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.it.client.Submission;
import org.smtpgate.it.client.Swaks;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.PostfixServer;

/** A real Postfix logs the client that the gateway tells it of, and its login, in place of the gateway itself. */
class RealIntroductionsTest {

    private static final String ADDRESS = "127.0.0.5";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static PostfixServer postfix;
    private static GatewayProcess gateway;

    /** Each has senders of its own. */
    enum Way {
        XCLIENT(false, "transaction", "xclient: refuse", "sasl_method=XCLIENT, sasl_username=" + GatewaySetup.USER),
        XCLIENT_IN_A_SESSION(
                false, "session", "xclient: refuse", "client=unknown[" + ADDRESS + "], sasl_method=XCLIENT"),
        XFORWARD(false, "transaction", "xforward: true", "orig_client=unknown[" + ADDRESS + "]"),
        PROXY_V1(true, "session", "proxy-protocol: v1", "client=unknown[" + ADDRESS + "]"),
        PROXY_V2(true, "session", "proxy-protocol: v2", "client=unknown[" + ADDRESS + "]");

        private static final String UPSTREAM = """
                  %s:
                    endpoints: [ "127.0.0.1:%d" ]
                    tls: { mode: starttls, trust: authority.crt }
                    pooling: %s
                    introduce: { %s }
                """;

        private final boolean proxied;
        private final String pooling;
        private final String introduce;
        private final String logged;

        Way(boolean proxied, String pooling, String introduce, String logged) {
            this.proxied = proxied;
            this.pooling = pooling;
            this.introduce = introduce;
            this.logged = logged;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        String upstream() {
            int port = proxied ? postfix.proxiedPort() : postfix.port();
            return UPSTREAM.formatted(label(), port, pooling, introduce);
        }

        String route() {
            return "  - { sender-domain: %1$s.example.org, to: %1$s }%n".formatted(label());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                .xclient()
                .xforward()
                .start();
        gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                .upstreams(Stream.of(Way.values()).map(Way::upstream).collect(Collectors.joining()))
                .config("routes:\n" + Stream.of(Way.values()).map(Way::route).collect(Collectors.joining()))
                .start();
    }

    private static Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (postfix != null) {
            postfix.close();
        }
    }

    /** Twice, so that the second time it is over the same connection, if it can be. */
    @ParameterizedTest
    @EnumSource
    void theServerLogsTheClientAndNotTheGateway(Way way) {
        for (int time = 1; time <= 2; time++) {
            Letter letter = Letter.of(Content.DOTS_AT_LINE_STARTS, folder);
            String sender = "anna" + time + "@" + way.label() + ".example.org";
            new Swaks()
                    .sendFrom(ADDRESS, Submission.of(letter, gateway, false).from(sender))
                    .succeeded();
            postfix.mail().assertHolds(letter);
            awaitInLog(queueIdOf(sender), way.logged);
        }
    }

    /** What it calls a message in its log. */
    private static String queueIdOf(String sender) {
        Pattern line = Pattern.compile(": ([0-9A-F]+): from=<" + Pattern.quote(sender) + ">");
        return await("a message from " + sender)
                .atMost(SOON)
                .until(() -> line.matcher(postfix.log()).results().findFirst(), Optional::isPresent)
                .orElseThrow()
                .group(1);
    }

    private static void awaitInLog(String queueId, String text) {
        await(text)
                .atMost(SOON)
                .until(() ->
                        postfix.log().lines().anyMatch(line -> line.contains(queueId + ": ") && line.contains(text)));
    }
}
