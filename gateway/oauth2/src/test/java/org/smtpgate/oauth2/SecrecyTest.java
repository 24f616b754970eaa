package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.testkit.auth.LogCapture;
import org.smtpgate.testkit.oauth.Behaviour;

/** Whatever an endpoint does, nothing that is logged at any level, thrown, told or printed holds a secret. */
class SecrecyTest {
    private static final String CLIENT_SECRET = "QXZQ-client-secret-QXZQ";

    @TempDir
    Path temp;

    private final MutableClock clock = new MutableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final List<String> secrets = new ArrayList<>(List.of(CLIENT_SECRET));
    private final StringBuilder seen = new StringBuilder();

    @Test
    void nothingShowsASecret() throws Exception {
        Vertx vertx = Vertx.vertx();
        var server = org.smtpgate.testkit.oauth.TokenEndpoint.start(clock)
                .client("gateway", CLIENT_SECRET)
                .rotating();
        StoreKey.create(temp.resolve("key"));
        StoreKey key = Keys.ofStore(temp.resolve("key"));
        secrets.add(new String(java.nio.file.Files.readAllBytes(temp.resolve("key"))).strip());
        RefreshTokens stored = new RefreshTokens(temp.resolve("tokens"), key);
        var endpoint = new TokenEndpoint(
                vertx,
                new TokenEndpointSettings(server.uri(), Duration.ofMillis(300), Optional.empty()),
                ClientAuthentication.secretBasic("gateway", CLIENT_SECRET),
                clock,
                events);
        var source = new RefreshTokenSource(endpoint, stored, Subject.eachLogin(), "", Map.of(), events);
        var tokens = new CachedTokens(source, 10, clock, events);
        try (LogCapture log = LogCapture.start()) {
            for (Behaviour behaviour : Behaviour.values()) {
                secrets.add(server.refreshToken("gateway", "alice"));
                stored.write("alice", secrets.get(secrets.size() - 1));
                server.behave(behaviour);
                see(tokens.token("alice"));
                see(tokens, source, endpoint, stored, key);
                stored.read("alice").ifPresent(secrets::add);
                clock.pass(Duration.ofHours(2));
            }
            Awaiting.result(tokens.close());
            seen.append(log.text());
        }
        server.close();
        Awaiting.result(vertx.close());

        events.told().forEach(this::see);
        assertThat(events.told()).contains("requested OK", "requested GRANT_REFUSED", "requested UNAVAILABLE");
        assertThat(seen.length()).isPositive();
        assertThat(secrets).hasSizeGreaterThan(10).allSatisfy(secret -> {
            assertThat(seen.toString()).doesNotContain(secret);
            assertThat(seen.toString()).doesNotContain(secret.substring(secret.length() / 2));
        });
    }

    private void see(Object... things) {
        for (Object thing : things) {
            seen.append(thing).append('\n');
        }
    }

    private void see(Future<String> answer) {
        Awaitility.await().until(answer::isComplete);
        if (answer.succeeded()) {
            secrets.add(answer.result());
        } else {
            StringWriter text = new StringWriter();
            answer.cause().printStackTrace(new PrintWriter(text));
            seen.append(text);
        }
    }
}
