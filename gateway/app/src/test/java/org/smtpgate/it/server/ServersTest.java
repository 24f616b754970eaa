package org.smtpgate.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** The servers do what the tests of the gateway rely on; nothing of the gateway's takes part. */
class ServersTest {

    private static final String LOGIN = "anna@example.org";
    private static final String PASSWORD = "Kx7-correct-horse";
    private static final String TOKEN = "a-live-token";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void postfixBelievesXclient() {
        try (PostfixServer postfix =
                        PostfixServer.in(folder, PemFiles.in(folder)).xclient().start();
                SmtpClient client = SmtpClient.connect(postfix.port())) {
            assertThat(client.greet().text())
                    .contains("XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT");
            client.send("XCLIENT NAME=phone.example ADDR=192.0.2.7 HELO=phone LOGIN=anna@example.org")
                    .expect(220);
            client.ehlo();
            send(client);
            await().atMost(SOON)
                    .until(
                            () -> postfix.log()
                                    .contains(
                                            "client=phone.example[192.0.2.7], sasl_method=XCLIENT, sasl_username=anna@example.org"));
        }
    }

    @Test
    void postfixLogsXforward() {
        try (PostfixServer postfix =
                        PostfixServer.in(folder, PemFiles.in(folder)).xforward().start();
                SmtpClient client = SmtpClient.connect(postfix.port())) {
            assertThat(client.greet().text()).contains("XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT");
            client.send("XFORWARD NAME=phone.example ADDR=192.0.2.7 HELO=phone").expect(250);
            send(client);
            await().atMost(SOON).until(() -> postfix.log().contains("orig_client=phone.example[192.0.2.7]"));
        }
    }

    @Test
    void postfixBelievesTheProxyProtocol() {
        try (PostfixServer postfix = PostfixServer.delivering(folder, PemFiles.in(folder));
                SmtpClient client = SmtpClient.connect(postfix.proxiedPort())) {
            client.send("PROXY TCP4 192.0.2.7 198.51.100.1 40000 25");
            client.greet();
            send(client);
            await().atMost(SOON).until(() -> postfix.log().contains("client=unknown[192.0.2.7]"));
        }
    }

    @Test
    void postfixAsksDovecotAboutLogins() throws Exception {
        DovecotAccounts accounts = new DovecotAccounts(LOGIN, PASSWORD, Map.of(TOKEN, LOGIN)::get);
        try (DovecotAuth dovecot = new DovecotAuth(room("dovecot"), accounts);
                PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .sasl(dovecot)
                        .start()) {
            assertThatItOffers(postfix.port(), DovecotAccounts.MECHANISMS);
            assertThatItLetsInOnly(postfix.port());
            login(postfix.port(), "XOAUTH2", "user=" + LOGIN + "\1auth=Bearer " + TOKEN + "\1\1", 235);
            login(postfix.port(), "OAUTHBEARER", "n,a=" + LOGIN + ",\1auth=Bearer " + TOKEN + "\1\1", 235);
            login(postfix.port(), "XOAUTH2", "user=" + LOGIN + "\1auth=Bearer stale\1\1", 334);
        }
    }

    @Test
    void postfixAsksCyrusSaslAboutLogins() {
        CyrusAccounts accounts = new CyrusAccounts(LOGIN, PASSWORD);
        try (PostfixServer postfix =
                PostfixServer.in(folder, PemFiles.in(folder)).sasl(accounts).start()) {
            assertThatItOffers(postfix.port(), CyrusAccounts.MECHANISMS);
            assertThatItLetsInOnly(postfix.port());
        }
    }

    @Test
    void dovecotRelaysForThoseWhoLogIn() {
        try (ScriptedUpstream relay = ScriptedUpstream.start();
                DovecotSubmission dovecot = new DovecotSubmission(
                        folder, PemFiles.in(folder), new DovecotAccounts(LOGIN, PASSWORD), relay.port());
                SmtpClient client = SmtpClient.connect(dovecot.port())) {
            client.greet();
            client.startTls().ehlo();
            client.send("MAIL FROM:<a@example.org>").expect(530);
            client.authPlain(LOGIN, PASSWORD);
            send(client);
            assertThat(relay.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message.text()).contains("Hello"));
        }
    }

    @Test
    void dovecotTakesMailOverLmtp() {
        try (DovecotLmtp dovecot = new DovecotLmtp(folder);
                SmtpClient client = SmtpClient.connect(dovecot.port())) {
            client.expect(220);
            client.send("LHLO client.test").expect(250);
            client.mail("a@example.org").rcpt("b@example.org").data();
            client.message("Subject: x\n\nHello\n").expect(250);
            await().atMost(SOON)
                    .until(() -> dovecot.mail().messagesTo("b@example.org").size() == 1);
        }
    }

    private static void send(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                .expect(250);
    }

    private static void assertThatItOffers(int port, String mechanisms) {
        try (SmtpClient client = SmtpClient.connect(port)) {
            Answer offer = client.greet();
            List<String> words = offer.lines().stream()
                    .filter(line -> line.startsWith("AUTH "))
                    .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
                    .toList();
            assertThat(words).containsExactlyInAnyOrder(mechanisms.split(" "));
        }
    }

    private static void assertThatItLetsInOnly(int port) {
        try (SmtpClient client = SmtpClient.connect(port)) {
            client.greet();
            client.mail("a@example.org").send("RCPT TO:<b@example.org>").expect(554);
            client.send("RSET").expect(250);
            client.sendAuthPlain(LOGIN, "wrong").expect(535);
            client.authPlain(LOGIN, PASSWORD);
            send(client);
        }
    }

    private static void login(int port, String mechanism, String response, int code) {
        try (SmtpClient client = SmtpClient.connect(port)) {
            client.greet();
            String base64 = Base64.getEncoder().encodeToString(response.getBytes(StandardCharsets.US_ASCII));
            client.send("AUTH " + mechanism + " " + base64).expect(code);
        }
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
