package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.testkit.oauth.Behaviour;

class RefreshTokenSourceTest {
    private static final Duration LIFETIME = Duration.ofMinutes(60);

    @TempDir
    Path temp;

    private final MutableClock clock = new MutableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final List<CachedTokens> opened = new ArrayList<>();
    private Duration patience = Duration.ofSeconds(10);
    private Vertx vertx;
    private org.smtpgate.testkit.oauth.TokenEndpoint server;
    private Path folder;
    private RefreshTokens stored;
    private CachedTokens tokens;
    private volatile boolean diskIsFull;

    @BeforeEach
    void start() throws KeyFileException {
        vertx = Vertx.vertx();
        server = org.smtpgate.testkit.oauth.TokenEndpoint.start(clock)
                .publicClient("gateway")
                .lifetime(LIFETIME);
        folder = temp.resolve("tokens");
        StoreKey.create(temp.resolve("key"));
        stored = new RefreshTokens(folder, Keys.ofStore(temp.resolve("key")));
        tokens = gateway(Subject.eachLogin());
    }

    @AfterEach
    void stop() {
        opened.forEach(cached -> Awaiting.result(cached.close()));
        server.close();
        Awaiting.result(vertx.close());
    }

    @Test
    void eachLoginHasItsOwnToken() throws Exception {
        stored.write("alice", server.refreshToken("gateway", "alice@example.org"));
        stored.write("bob", server.refreshToken("gateway", "bob@example.org"));

        assertThat(subjectOf(token("alice"))).isEqualTo("alice@example.org");
        assertThat(subjectOf(token("bob"))).isEqualTo("bob@example.org");
        assertThat(server.requests()).allSatisfy(request -> {
            assertThat(request.parameter("scope")).isEqualTo("mail");
            assertThat(request.parameter("resource")).isEqualTo("smtp");
        });
    }

    @Test
    void oneAccountCanServeAll() throws Exception {
        tokens = gateway(Subject.one("robot"));
        stored.write("robot", server.refreshToken("gateway", "robot@example.org"));

        assertThat(token("alice")).isEqualTo(token("bob"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void withoutRotationTheTokenStays() throws Exception {
        String refreshToken = server.refreshToken("gateway", "alice");
        stored.write("alice", refreshToken);
        token("alice");
        clock.pass(LIFETIME);
        token("alice");

        assertThat(stored.read("alice")).contains(refreshToken);
    }

    @Test
    void aNewRefreshTokenIsStoredBeforeTheAccessTokenIsHandedOut() throws Exception {
        server.rotating();
        String first = server.refreshToken("gateway", "alice");
        stored.write("alice", first);

        token("alice");

        String second = stored.read("alice").orElseThrow();
        assertThat(server.isLive(first)).isFalse();
        assertThat(server.isLive(second)).isTrue();
    }

    @Test
    void rotationSurvivesRestarts() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));

        for (int i = 0; i < 5; i++) {
            CachedTokens restarted = gateway(Subject.eachLogin());
            assertThat(server.find(Awaiting.result(restarted.token("alice")))).isPresent();
            Awaiting.result(restarted.close());
        }

        assertThat(server.requests()).hasSize(5);
        assertThat(server.isLive(stored.read("alice").orElseThrow())).isTrue();
    }

    @Test
    void aLoginWithoutARefreshTokenHasItsMessageAndIsNotAskedFor() {
        TokenException why = Awaiting.failure(tokens.token("carol"));

        assertThat(why.failure()).isEqualTo(TokenFailure.NOT_STORED);
        assertThat(why).hasMessage("no refresh token is stored for carol; store one with: smtpgate token store");
        assertThat(server.requests()).isEmpty();
        assertThat(folder).doesNotExist();
    }

    /** The endpoint takes the old one no more, and one that sees it again may end the grant. */
    @Test
    void aStopWaitsForTheTokenThatReplacesTheOneInUse() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.hold();
        tokens.token("alice");
        Awaitility.await().until(() -> server.requests().size() == 1);
        var closed = tokens.close();
        server.release();
        Awaiting.result(closed);

        assertThat(server.isLive(stored.read("alice").orElseThrow())).isTrue();
    }

    /** A stop does not wait for ever. */
    @Test
    void aStopWaitsNoLongerThanARequestMayTake() throws Exception {
        patience = Duration.ofMillis(200);
        tokens = gateway(Subject.eachLogin());
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.hold();
        var refused = tokens.token("alice");
        Awaitility.await().until(() -> server.requests().size() == 1);
        Awaiting.result(tokens.close());
        Awaiting.failure(refused);
        server.release();
    }

    @Test
    void whoHasNoTokenLeavesNoFile() throws Exception {
        stored.write("alice", "rt.x");

        Awaiting.failure(tokens.token("carol"));

        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aTokenThatIsStoredLaterIsFound() throws Exception {
        Awaiting.failure(tokens.token("carol"));
        stored.write("carol", server.refreshToken("gateway", "carol"));
        clock.pass(Duration.ofSeconds(1));

        assertThat(server.find(token("carol"))).isPresent();
    }

    /** The failure is the account's own: it must not hold up the others, nor use up the endpoint's trial. */
    @Test
    void aLoginWithoutARefreshTokenDoesNotKeepOthersFromADeadEndpointThatIsBack() throws Exception {
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.behave(Behaviour.FAIL);
        Awaiting.failure(tokens.token("alice"));
        server.behave(Behaviour.ANSWER);
        clock.pass(Duration.ofSeconds(1));

        Awaiting.failure(tokens.token("carol"));
        assertThat(server.find(token("alice"))).isPresent();
    }

    @Test
    void aFileOfAnotherKeyHasItsMessage() throws Exception {
        StoreKey.create(temp.resolve("other"));
        new RefreshTokens(folder, Keys.ofStore(temp.resolve("other"))).write("alice", "x");

        TokenException why = Awaiting.failure(tokens.token("alice"));

        assertThat(why.failure()).isEqualTo(TokenFailure.NOT_STORED);
        assertThat(why).hasMessageContaining("was encrypted with another key than");
    }

    @Test
    void aRefreshTokenThatEndedIsRefusedInTheEndpointsWords() throws Exception {
        stored.write("alice", "rt.long-since-ended");

        TokenException why = Awaiting.failure(tokens.token("alice"));

        assertThat(why.failure()).isEqualTo(TokenFailure.GRANT_REFUSED);
        assertThat(why).hasMessage("token endpoint " + server.uri() + " answered 400 invalid_grant");
        assertThat(server.requests()).hasSize(1);
        assertThat(stored.read("alice")).as("kept: the refusal may be wrong").isPresent();
    }

    /** Another gateway on the same folder was first. */
    @Test
    void aTokenThatWasReplacedMeanwhileIsTriedWithItsSuccessor() throws Exception {
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.hold();
        var waiting = tokens.token("alice");
        Awaitility.await().until(() -> server.requests().size() == 1);
        server.revoke(stored.read("alice").orElseThrow());
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.release();

        assertThat(server.find(Awaiting.result(waiting))).isPresent();
        assertThat(server.requests()).hasSize(2);
    }

    /** An endpoint that sees a used-up token again ends the whole grant: two that share a folder must take turns. */
    @Test
    void twoGatewaysOnOneFolderRedeemATokenOneAfterTheOther() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));
        CachedTokens other = gateway(Subject.eachLogin());
        server.hold();
        var first = tokens.token("alice");
        Awaitility.await().until(() -> server.requests().size() == 1);
        var second = other.token("alice");
        server.release();

        assertThat(server.find(Awaiting.result(first))).isPresent();
        assertThat(server.find(Awaiting.result(second))).isPresent();
        assertThat(server.requests()).hasSize(2);
        assertThat(server.isLive(stored.read("alice").orElseThrow())).isTrue();
    }

    @Test
    void aTokenThatIsBeingRedeemedForTooLongHasItsMessage() throws Exception {
        stored.write("alice", server.refreshToken("gateway", "alice"));
        stored.write("bob", server.refreshToken("gateway", "bob"));
        patience = Duration.ofMillis(200);
        tokens = gateway(Subject.eachLogin());
        try (var held = stored.lock("alice").orElseThrow()) {
            TokenException why = Awaiting.failure(tokens.token("alice"));

            assertThat(why.failure()).isEqualTo(TokenFailure.OVERLOADED);
            assertThat(why).hasMessage("another process has been redeeming the refresh token of alice for 200 ms");
            assertThat(server.find(token("bob"))).as("others do not wait").isPresent();
        }
        clock.pass(Duration.ofSeconds(1));
        assertThat(server.find(token("alice"))).isPresent();
    }

    @Test
    void whatTheOperatorStoredMeanwhileIsNotOverwritten() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));
        server.hold();
        var waiting = tokens.token("alice");
        Awaitility.await().until(() -> server.requests().size() == 1);
        String operators = server.refreshToken("gateway", "alice");
        stored.write("alice", operators);
        server.release();

        Awaiting.result(waiting);
        assertThat(stored.read("alice")).contains(operators);
    }

    @Test
    void aNewRefreshTokenThatCannotBeStoredServesOnAndIsStoredLater() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));
        diskIsFull = true;
        assertThat(server.find(token("alice"))).isPresent();
        assertThat(events.told())
                .anyMatch(told -> told.startsWith("unsaved alice the token file ")
                        && told.endsWith(" cannot be written: No space left on device"));
        for (int i = 0; i < 3; i++) {
            clock.pass(LIFETIME);
            assertThat(server.find(token("alice"))).isPresent();
        }
        diskIsFull = false;

        clock.pass(LIFETIME);
        assertThat(server.find(token("alice"))).isPresent();
        assertThat(server.isLive(stored.read("alice").orElseThrow())).isTrue();
    }

    @Test
    void whatTheOperatorStoresGoesBeforeWhatCouldNotBeStored() throws Exception {
        server.rotating();
        stored.write("alice", server.refreshToken("gateway", "alice"));
        diskIsFull = true;
        token("alice");
        diskIsFull = false;
        String operators = server.refreshToken("gateway", "alice of the operator");
        stored.write("alice", operators);
        clock.pass(LIFETIME);

        assertThat(subjectOf(token("alice"))).isEqualTo("alice of the operator");
    }

    private String token(String login) {
        return Awaiting.result(tokens.token(login));
    }

    private String subjectOf(String accessToken) {
        return server.find(accessToken).orElseThrow().subject();
    }

    private CachedTokens gateway(Subject subject) {
        var endpoint = new TokenEndpoint(
                vertx,
                new TokenEndpointSettings(server.uri(), patience, Optional.empty()),
                ClientAuthentication.publicClient("gateway"),
                clock,
                events);
        var disk = new RefreshTokens(folder, Keys.ofStore(temp.resolve("key")), this::replace);
        var source = new RefreshTokenSource(endpoint, disk, subject, "mail", Map.of("resource", "smtp"), events);
        var cached = new CachedTokens(source, 100, clock, events);
        opened.add(cached);
        return cached;
    }

    private void replace(Path file, byte[] bytes) throws IOException {
        if (diskIsFull) {
            throw new IOException("No space left on device");
        }
        SecretFile.replace(file, bytes);
    }
}
