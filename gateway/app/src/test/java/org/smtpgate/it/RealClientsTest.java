package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.it.client.AngusMail;
import org.smtpgate.it.client.Curl;
import org.smtpgate.it.client.MailClient;
import org.smtpgate.it.client.Msmtp;
import org.smtpgate.it.client.Nodemailer;
import org.smtpgate.it.client.PythonSmtplib;
import org.smtpgate.it.client.Snail;
import org.smtpgate.it.client.Submission;
import org.smtpgate.it.client.Swaks;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.PostfixServer;

/** Mail programs as they are installed log in and send through the gateway into a real Postfix, over TLS on both legs. */
class RealClientsTest {

    @TempDir
    static Path folder;

    private static PostfixServer postfix;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        postfix = PostfixServer.delivering(Files.createDirectory(folder.resolve("postfix")), PemFiles.in(folder));
        gateway = GatewaySetup.before(postfix.port(), Files.createDirectory(folder.resolve("gateway")))
                .upstreamTls("starttls")
                .start();
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

    static Stream<Named<MailClient>> clients() {
        return Stream.of(
                named("swaks", new Swaks()),
                named("curl", new Curl()),
                named("msmtp", new Msmtp()),
                named("s-nail", new Snail()),
                named("smtplib", new PythonSmtplib()),
                named("nodemailer", new Nodemailer()),
                named("Angus Mail", new AngusMail()));
    }

    static Stream<Arguments> everyCase() {
        return clients()
                .flatMap(client -> Stream.of(named("STARTTLS", false), named("implicit TLS", true))
                        .flatMap(tls ->
                                Arrays.stream(Content.values()).map(content -> arguments(client, tls, content))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("everyCase")
    void whatArrivesIsByteForByteWhatWasSent(MailClient client, boolean implicitTls, Content content) {
        Letter letter = Letter.of(content, folder);

        Execution sent = client.send(Submission.of(letter, gateway, implicitTls));

        assertThat(sent.exitCode()).as(sent.output()).isZero();
        postfix.mail().assertHolds(letter);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void aWrongPasswordIsRefusedAndNothingIsSent(MailClient client) throws Exception {
        Letter letter = Letter.of(Content.EMPTY_LINES, folder);

        Execution refused = client.send(Submission.of(letter, gateway, false).withPassword("not-this-one"));

        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
        assertThat(postfix.mail().messagesTo(letter.to())).isEmpty();
    }
}
