package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.client.MechanismClients;
import org.smtpgate.it.client.MechanismClients.Client;
import org.smtpgate.it.client.Submission;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;

/** Mail programs as they are installed log in by every mechanism that they and the gateway know. */
@Timeout(120)
class LoginMechanismsTest {
    private static final String WRONG = "Zq9-wrong-battery";

    @TempDir
    static Path folder;

    private static MechanismScene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = new MechanismScene(folder);
    }

    /** Whatever has happened here, nothing that the process tells of itself has a secret in it. */
    @AfterAll
    static void stop() throws Exception {
        if (scene != null) {
            try {
                Confidant.of(scene.gateway)
                        .keeps(GatewaySetup.USER, GatewaySetup.PASSWORD, WRONG, MechanismScene.TOKEN);
            } finally {
                scene.close();
            }
        }
    }

    static Stream<Arguments> passwords() {
        return cases("gsasl", MechanismClients::gsasl, "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256");
    }

    static Stream<Arguments> sendingByPassword() {
        return Stream.of(
                        cases("swaks", MechanismClients::swaks, "PLAIN", "LOGIN", "CRAM-MD5"),
                        cases("curl", MechanismClients::curl, "PLAIN", "LOGIN", "CRAM-MD5"),
                        cases("smtplib", MechanismClients::smtplib, "PLAIN", "LOGIN", "CRAM-MD5"),
                        cases("Angus Mail", MechanismClients::angusMail, "PLAIN", "LOGIN"))
                .flatMap(all -> all);
    }

    static Stream<Arguments> tokens() {
        return Stream.concat(
                cases("curl", MechanismClients::curlWithToken, "OAUTHBEARER"),
                cases("Angus Mail", MechanismClients::angusMail, "XOAUTH2"));
    }

    private static Stream<Arguments> cases(String name, Client client, String... mechanisms) {
        return Stream.of(mechanisms).map(mechanism -> arguments(named(name, client), mechanism));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("passwords")
    void aRightPasswordLogsInAndAWrongOneDoesNot(Client client, String mechanism) {
        Submission right = submission(GatewaySetup.PASSWORD);

        assertThat(client.send(right, mechanism))
                .satisfies(run -> assertThat(run.exitCode()).as(run.output()).isZero());
        assertThat(client.send(right.withPassword(WRONG), mechanism))
                .satisfies(run -> assertThat(run.exitCode()).as(run.output()).isNotZero());
        assertThat(accepted(mechanism)).isPositive();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("sendingByPassword")
    void aRightPasswordSendsAndAWrongOneDoesNot(Client client, String mechanism) {
        assertSends(client, mechanism, GatewaySetup.PASSWORD);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("tokens")
    void aRightTokenSendsAndAWrongOneDoesNot(Client client, String mechanism) {
        assertSends(client, mechanism, MechanismScene.TOKEN);
    }

    /** curl takes OAUTHBEARER wherever it sees it, whatever it is told. */
    @Test
    void curlTakesXoauth2WhereItIsAllThereIs() {
        assertSends(MechanismClients::curlWithToken, "XOAUTH2", at(scene.tokens, true, MechanismScene.TOKEN));
    }

    private static void assertSends(Client client, String mechanism, String secret) {
        assertSends(client, mechanism, submission(true, secret));
        assertSends(client, mechanism, submission(false, secret));
    }

    private static void assertSends(Client client, String mechanism, Submission right) {
        double before = accepted(mechanism);

        Execution sent = client.send(right, mechanism);
        assertThat(sent.exitCode()).as(sent.output()).isZero();
        assertThat(accepted(mechanism)).isEqualTo(before + 1);

        int messages = scene.upstream.messages().size();
        Execution refused = client.send(right.withPassword(WRONG), mechanism);
        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
        assertThat(scene.upstream.messages()).hasSize(messages);
    }

    /** GNU SASL binds by tls-exporter, which Java has from 25 on. */
    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"})
    void gsaslBindsTheChannel(String mechanism) {
        Assumptions.assumeTrue(Runtime.version().feature() >= 25, "this Java has no tls-exporter");

        aRightPasswordLogsInAndAWrongOneDoesNot(MechanismClients::gsasl, mechanism);
    }

    static List<String> alternativeNames() {
        return List.of("spiffe://example.org/ns/mail/sa/robot", "tim@example.org");
    }

    @ParameterizedTest
    @MethodSource("alternativeNames")
    void aCertificateSendsAsWhomItSays(String name) throws Exception {
        String login = name.startsWith("spiffe") ? "robot.mail" : name;
        List<Submission> ways = List.of(submission(true, ""), submission(false, ""), certified());
        for (Submission way : ways) {
            int messages = scene.upstream.messages().size();
            Execution sent = MechanismClients.curlWithCertificate(withUser(way, login), scene.client(name));
            assertThat(sent.exitCode()).as(sent.output()).isZero();
            assertThat(scene.upstream.messages()).hasSize(messages + 1);

            Execution another = MechanismClients.curlWithCertificate(withUser(way, "boss"), scene.client(name));
            assertThat(another.exitCode()).as(another.output()).isNotZero();
        }
    }

    @Test
    void aCertificateForNobodyLogsNobodyIn() throws Exception {
        Execution refused =
                MechanismClients.curlWithCertificate(withUser(certified(), "tim"), scene.client("tim@example.net"));

        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    }

    @Test
    void whereACertificateIsRequiredThereIsNoConnectionWithout() {
        Execution refused = MechanismClients.curl(certified(), "PLAIN");

        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    }

    @Test
    void opensslIsTakenForWhomItsCertificateSays() throws Exception {
        Path dialogue = Files.writeString(folder.resolve("typed"), "EHLO c.example\nAUTH EXTERNAL =\nQUIT\n");

        Execution typed = MechanismClients.openssl(certified(), scene.client("tim@example.org"), dialogue);

        assertThat(typed.output())
                .contains("AUTH EXTERNAL")
                .contains("235 2.7.0")
                .contains("221 2.0.0");
    }

    private static double accepted(String mechanism) {
        List<Double> counts = new ArrayList<>();
        scene.gateway
                .metrics()
                .lines()
                .filter(line -> line.startsWith("smtpgate_auth_attempts_total{")
                        && line.contains("mechanism=\"" + mechanism + "\"")
                        && line.contains("outcome=\"accepted\""))
                .forEach(line -> counts.add(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
        return counts.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static Submission submission(String password) {
        return submission(false, password);
    }

    private static Submission submission(boolean implicitTls, String password) {
        return at(implicitTls ? scene.implicit : scene.starttls, implicitTls, password);
    }

    private static Submission certified() {
        return at(scene.certified, true, "");
    }

    private static Submission at(int port, boolean implicitTls, String password) {
        Letter letter = Letter.of(Content.EMPTY_LINES, folder);
        return new Submission(
                port,
                implicitTls,
                scene.pem.authority(),
                GatewaySetup.USER,
                password,
                letter.from(),
                letter.to(),
                letter.file());
    }

    private static Submission withUser(Submission mail, String user) {
        return new Submission(
                mail.port(), mail.implicitTls(), mail.authority(), user, "", mail.from(), mail.to(), mail.message());
    }
}
