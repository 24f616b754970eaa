package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** SIGTERM, as an administrator or a cluster sends it. */
class GracefulStopTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private ScriptedUpstream upstream;
    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.start();
        gateway = GatewaySetup.before(upstream.port(), folder).start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void idleClientsAreToldAndTheProcessEndsWell() {
        try (SmtpClient idle = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            idle.greet();

            gateway.terminate();

            idle.expect(421, "4.3.2");
            idle.expectCleanEnd();
        }
        assertThat(gateway.awaitExit(SOON)).as(gateway.output()).isZero();
    }

    @Test
    void idleClientsInsideTlsAreToldToo() {
        try (SmtpClient idle = SmtpClient.connectTls(gateway.implicitPort()).timeout(SOON)) {
            idle.greet();
            idle.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);

            gateway.terminate();

            idle.expect(421, "4.3.2");
            idle.expectCleanEnd();
        }
        assertThat(gateway.awaitExit(SOON)).as(gateway.output()).isZero();
    }

    @Test
    void aTransactionUnderWayIsFinishedFirst() {
        try (SmtpClient busy = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            busy.greet();
            busy.mail("a@example.org").rcpt("b@example.org").data();
            busy.sendRaw("Subject: half\r\n\r\nfirst half\r\n");
            upstream.awaitStage(Stage.DATA, 1, SOON);

            gateway.terminate();
            await("no more clients are taken").atMost(SOON).until(() -> !Ports.answers(gateway.plainPort()));
            busy.expectOpen();
            busy.sendRaw("second half\r\n.\r\n");

            busy.expect(250);
            busy.expect(421, "4.3.2");
            busy.expectCleanEnd();
        }
        assertThat(gateway.awaitExit(SOON)).as(gateway.output()).isZero();
        assertThat(upstream.messages())
                .singleElement()
                .satisfies(message -> assertThat(message.text()).endsWith("first half\r\nsecond half\r\n"));
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void aClientThatNeverEndsCannotHoldTheProcess() {
        gateway.close();
        gateway = GatewaySetup.before(upstream.port(), folder)
                .config("drain-deadline: 2s")
                .start();
        try (SmtpClient stuck = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            stuck.greet();
            stuck.mail("a@example.org").rcpt("b@example.org").data();
            stuck.sendRaw("Subject: never ending\r\n\r\n");
            upstream.awaitStage(Stage.DATA, 1, SOON);

            gateway.terminate();

            stuck.expect(421, "4.3.2");
        }
        assertThat(gateway.awaitExit(SOON)).as(gateway.output()).isZero();
        assertThat(upstream.received())
                .as("messages that were completed without their client")
                .isEmpty();
    }

    @Test
    void aDrainingGatewayLivesButIsNotReady() {
        try (SmtpClient busy = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            busy.greet();
            busy.mail("a@example.org").rcpt("b@example.org").data();
            busy.sendRaw("Subject: half\r\n\r\n");
            upstream.awaitStage(Stage.DATA, 1, SOON);
            assertThat(gateway.status("/readyz")).isEqualTo(200);

            gateway.terminate();

            await("it is not ready").atMost(SOON).until(() -> gateway.status("/readyz") == 503);
            assertThat(gateway.status("/livez")).isEqualTo(200);
            busy.sendRaw(".\r\n");
            busy.expect(250);
        }
        assertThat(gateway.awaitExit(SOON)).as(gateway.output()).isZero();
    }
}
