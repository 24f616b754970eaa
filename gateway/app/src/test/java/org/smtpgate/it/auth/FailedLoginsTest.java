package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.server.RedisInstance;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Who guesses passwords is kept from it, by one gateway, and by two that count together in a real Redis. */
@Timeout(180)
class FailedLoginsTest {
    private static final String WRONG = "Zq9-wrong-battery";
    private static final String SECRET = "Hp3-redis-secret";
    private static final String RULES = """
            failed-logins:
              per-address: { failures: 3, within: 1h }
              delay: 10ms
              longest-delay: 20ms
              exempt: [ 192.0.2.0/24 ]
            """;

    @TempDir
    Path folder;

    @Test
    void whoFailsTooOftenIsRefusedWhateverThePasswordIs() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(upstream, "one", RULES)) {
            fail(gateway, 3);

            try (SmtpClient client = connected(gateway)) {
                login(client, GatewaySetup.PASSWORD).expect(421, "4.7.0");
                client.expectCleanEnd();
            }
            assertThat(gateway.metrics())
                    .contains("smtpgate_auth_guessing_decisions_total{bucket=\"address\",decision=\"refused\"} 1.0");
            gateway.awaitOutput("outcome=refused reason=\"too many failed logins of its address\"");
        }
    }

    @Test
    void loopbackIsExemptUnlessItIsSaidOtherwise() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(upstream, "one", RULES.replace("  exempt: [ 192.0.2.0/24 ]\n", ""))) {
            fail(gateway, 4);

            try (SmtpClient client = connected(gateway)) {
                login(client, GatewaySetup.PASSWORD).expect(235);
            }
        }
    }

    @Test
    void replicasCountTogetherAndEachByItselfWhileTheServerIsAway() throws Exception {
        try (RedisInstance redis = new RedisInstance(Files.createDirectory(folder.resolve("redis")), SECRET);
                ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess here = gateway(upstream, "here", shared(redis));
                GatewayProcess there = gateway(upstream, "there", shared(redis))) {
            fail(here, 2);
            fail(there, 1);
            try (SmtpClient client = connected(here)) {
                login(client, GatewaySetup.PASSWORD).expect(421, "4.7.0");
            }

            redis.kill();
            try (SmtpClient client = connected(there)) {
                login(client, GatewaySetup.PASSWORD).expect(235);
            }
            fail(there, 2);
            try (SmtpClient client = connected(there)) {
                login(client, GatewaySetup.PASSWORD).expect(421, "4.7.0");
            }
            there.awaitOutput("failed logins are counted by this process alone");
            Confidant.of(there).keeps(GatewaySetup.USER, SECRET, WRONG, GatewaySetup.PASSWORD);
        }
    }

    private GatewayProcess gateway(ScriptedUpstream upstream, String name, String rules) throws Exception {
        return GatewaySetup.before(upstream.port(), Files.createDirectory(folder.resolve(name)))
                .config(rules)
                .start();
    }

    private static String shared(RedisInstance redis) {
        return RULES
                + "  redis: { address: \"127.0.0.1:%d\", password: %s, timeout: 2s }\n".formatted(redis.port(), SECRET);
    }

    /** Each in a session of its own, which would end by itself after three. */
    private static void fail(GatewayProcess gateway, int times) {
        for (int attempt = 0; attempt < times; attempt++) {
            try (SmtpClient client = connected(gateway)) {
                login(client, WRONG).expect(535, "5.7.8");
            }
        }
    }

    private static SmtpClient connected(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(Duration.ofSeconds(20));
        client.greet();
        client.ehlo();
        return client;
    }

    private static SmtpClient login(SmtpClient client, String password) {
        String plain = "\0" + GatewaySetup.USER + "\0" + password;
        return client.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes()));
    }
}
