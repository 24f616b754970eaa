package org.smtpgate.it.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.it.oauth.TokenScene.client;
import static org.smtpgate.it.oauth.TokenScene.send;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.monitoring.Scrape;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.oauth.Behaviour;

/**
 * A legacy password in front and an access token behind: what ends, is refused, or cannot be had behind the gateway, and
 * what of that a client sees.
 */
class AccessTokenTest {
    private static final int CLIENTS = 200;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"XOAUTH2", "OAUTHBEARER"})
    void aPasswordInFrontBecomesATokenBehind(String mechanism) {
        try (TokenScene scene = TokenScene.with(folder, mechanism);
                GatewayProcess gateway = scene.service().start()) {
            send(gateway);
            send(gateway);

            assertThat(scene.upstream.messages())
                    .hasSize(2)
                    .allMatch(message ->
                            TokenScene.MAILBOX.equals(message.client().login()));
            assertThat(scene.upstream.connections()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(scene.endpoint.requests()).singleElement().satisfies(request -> {
                assertThat(request.parameter("grant_type")).isEqualTo("client_credentials");
                assertThat(request.parameter("client_id")).isEqualTo(TokenScene.CLIENT_ID);
                assertThat(request.parameter("client_secret")).isEqualTo(TokenScene.CLIENT_SECRET);
                assertThat(request.parameter("scope")).isEqualTo(TokenScene.SCOPE);
            });
            Scrape metrics = new Scrape(gateway.metrics());
            assertThat(metrics.sum("smtpgate_token_request_seconds_count", "tokens", "office", "outcome", "granted"))
                    .isEqualTo(1);
            assertThat(metrics.sum("smtpgate_token_served_total", "held", "true"))
                    .isEqualTo(1);
            assertThat(metrics.sum("smtpgate_token_held")).isEqualTo(1);
        }
    }

    /** By its stated lifetime, which the gateway knows: the ended one is not even presented. */
    @Test
    void aTokenThatHasEndedIsReplacedBeforeTheNextLogin() {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2");
                GatewayProcess gateway = scene.service().start()) {
            scene.endpoint.lifetime(Duration.ofSeconds(2));
            send(gateway);
            String first = scene.presented.get(0);
            await("its end").atMost(SOON).until(() -> scene.endpoint.find(first).isEmpty());

            send(gateway);

            assertThat(scene.presented).hasSize(2).doesNotHaveDuplicates();
            assertThat(scene.endpoint.requests()).hasSize(2);
            assertThat(refused(gateway)).isZero();
        }
    }

    /** Ahead of its time, as far as the gateway knows: the server refuses it, and takes the next. */
    @ParameterizedTest
    @EnumSource
    void aTokenThatTheServerRefusesIsRenewedOnceAndTheClientSeesNothing(Early end) {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2");
                GatewayProcess gateway = scene.service().start()) {
            send(gateway);
            end.come(scene);

            send(gateway);

            assertThat(scene.upstream.messages()).hasSize(2);
            assertThat(scene.presented).hasSize(3);
            assertThat(scene.presented.get(1)).isEqualTo(scene.presented.get(0));
            assertThat(scene.presented.get(2)).isNotEqualTo(scene.presented.get(0));
            assertThat(scene.endpoint.requests()).hasSize(2);
            assertThat(refused(gateway)).isEqualTo(1);
            gateway.awaitOutput("tokens office: an upstream refused a token");
        }
    }

    /** How a token ends before its time. */
    enum Early {
        REVOKED {
            @Override
            void come(TokenScene scene) {
                scene.endpoint.revoke(scene.presented.get(0));
            }
        },
        THE_SERVERS_CLOCK_IS_AHEAD {
            @Override
            void come(TokenScene scene) {
                scene.clock.advance(Duration.ofHours(2));
            }
        };

        abstract void come(TokenScene scene);
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"REFUSE", "REFUSE_CLIENT", "FAIL", "DROP", "GARBAGE"})
    void withoutATokenTheClientIsToldToComeAgainAndThenServed(Behaviour behaviour) {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2");
                GatewayProcess gateway = scene.service().start()) {
            scene.endpoint.behave(behaviour);
            try (SmtpClient client = client(gateway)) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.7.0");
                gateway.awaitOutput("tokens office: there is no token: ");
                assertThat(scene.upstream.messages()).isEmpty();

                scene.endpoint.behave(Behaviour.ANSWER);
                await("a token").atMost(SOON).until(() -> TokenScene.mailIsTaken(client));
                client.quit();
            }
            assertThat(new Scrape(gateway.metrics()).sum("smtpgate_token_failures_total", "held", "false"))
                    .isPositive();
        }
    }

    @Test
    void theFirstClientsAfterAStartMakeOneRequestHoweverManyTheyAre() throws Exception {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch greeted = new CountDownLatch(CLIENTS);
        CountDownLatch done = new CountDownLatch(CLIENTS);
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2");
                GatewayProcess gateway = scene.service().maxConnections(CLIENTS).start()) {
            scene.endpoint.hold();
            for (int i = 0; i < CLIENTS; i++) {
                Thread thread = new Thread(() -> sendWithAll(gateway, greeted, failures, done));
                thread.setDaemon(true);
                thread.start();
            }
            // All of them stand before the upstream's login by now, but for those whose connection is still made.
            scene.upstream.awaitConnections(CLIENTS, SOON);
            scene.endpoint.release();

            assertThat(done.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(failures).isEmpty();
            assertThat(scene.upstream.messages()).hasSize(CLIENTS);
            assertThat(scene.endpoint.requests()).hasSize(1);
        }
    }

    private static void sendWithAll(
            GatewayProcess gateway,
            CountDownLatch greeted,
            ConcurrentLinkedQueue<Throwable> failures,
            CountDownLatch done) {
        try (SmtpClient client = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            client.greet();
            greeted.countDown();
            assertThat(greeted.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            client.transaction("a@example.org", "b@example.org", "Subject: a\n\nb\n")
                    .expect(250);
            client.quit();
        } catch (Exception | AssertionError e) {
            failures.add(e);
        } finally {
            done.countDown();
        }
    }

    private static double refused(GatewayProcess gateway) {
        return new Scrape(gateway.metrics()).sum("smtpgate_token_refused_total", "tokens", "office");
    }
}
