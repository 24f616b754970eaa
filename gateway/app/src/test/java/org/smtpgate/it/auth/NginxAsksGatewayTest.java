package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.NginxServer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.auth.ScriptedService;

/** A real nginx takes the clients, and has the gateway's backends judge their logins: one of a file, one of a service. */
@Timeout(120)
class NginxAsksGatewayTest {
    private static final String WRONG = "Zq9-wrong-battery";

    private static final String GATEWAY = """
            listeners: [ { name: unused, address: "127.0.0.1:0", route: mail } ]
            auth:
              staff: { plugin: htpasswd, file: users.htpasswd }
              others: { plugin: http, protocol: json, url: "http://127.0.0.1:%1$d/", timeout: 500ms }
            upstreams:
              mail: { endpoints: [ "127.0.0.1:%2$d" ] }
            log: { level: trace }
            admin:
              address: 127.0.0.1:%3$d
              auth-http:
                - { path: /auth/staff, backends: [ staff ], server: "127.0.0.1:%2$d" }
                - path: /auth/all
                  backends: [ staff, others ]
                  server: 127.0.0.1:%2$d
                  secret-file: nginx.secret
            """;

    private static final String MAIL = """
            server_name mx.example;
            smtp_auth plain login cram-md5;
            xclient off;
            server { listen 127.0.0.1:%2$d; protocol smtp; auth_http http://127.0.0.1:%1$d/auth/staff; }
            server {
                listen 127.0.0.1:%3$d;
                protocol smtp;
                auth_http http://127.0.0.1:%1$d/auth/all;
                auth_http_header X-Auth-Key "s3cr3t of nginx";
            }
            """;

    @TempDir
    private static Path folder;

    private static final int STAFF = Ports.free();
    private static final int ALL = Ports.free();
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static ScriptedUpstream upstream;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = open(ScriptedUpstream.start());
        ScriptedService away = open(ScriptedService.start(request -> ScriptedService.HANG_UP));
        int admin = Ports.free();
        GatewaySetup.writeUsers(folder);
        Path secret = Files.writeString(folder.resolve("nginx.secret"), "s3cr3t of nginx\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path config = Files.writeString(
                folder.resolve("smtpgate.yaml"), GATEWAY.formatted(away.port(), upstream.port(), admin));
        gateway = open(GatewayProcess.start(config, admin));
        open(NginxServer.withMail(
                Files.createDirectory(folder.resolve("nginx")), STAFF, MAIL.formatted(admin, STAFF, ALL)));
    }

    private static <T extends AutoCloseable> T open(T opened) {
        OPEN.add(0, opened);
        return opened;
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable opened : OPEN) {
            opened.close();
        }
    }

    @Test
    void whoIsKnownIsLoggedInAndSendsMail() {
        for (int port : List.of(STAFF, ALL)) {
            try (SmtpClient client = AuthHttpScene.plain(port)) {
                client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
                int before = upstream.messages().size();
                client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                        .expect(250);
                assertThat(upstream.messages()).hasSize(before + 1);
            }
        }
    }

    @Test
    void aWrongPasswordIsRefusedAndTheSessionGoesOnUntilTheThird() throws Exception {
        try (SmtpClient client = AuthHttpScene.plain(STAFF)) {
            client.sendAuthPlain(GatewaySetup.USER, WRONG).expect(535, "5.7.8");
            assertThat(AuthHttpScene.say(client, "AUTH LOGIN", "nobody", WRONG).toString())
                    .isEqualTo("535 5.7.8 Authentication credentials invalid");
            client.sendAuthPlain(GatewaySetup.USER, WRONG).expect(535, "5.7.8");
            client.expectCleanEnd();
        }
        assertThat(gateway.metrics())
                .containsPattern("smtpgate_auth_attempts_total\\{backend=\"staff\",listener=\"/auth/staff\","
                        + "mechanism=\"PLAIN\",outcome=\"rejected\"} [1-9]");
        Confidant.of(gateway).keeps(GatewaySetup.USER, GatewaySetup.PASSWORD, WRONG, "s3cr3t of nginx");
    }

    @Test
    void aRefusedClientMayTryAgain() {
        try (SmtpClient client = AuthHttpScene.plain(STAFF)) {
            client.sendAuthPlain(GatewaySetup.USER, WRONG).expect(535, "5.7.8");
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
        }
    }

    @Test
    void whenNobodyCanTellTheClientMayComeAgain() {
        try (SmtpClient client = AuthHttpScene.plain(ALL)) {
            client.sendAuthPlain("else@example.org", WRONG).expect(454, "4.7.0");
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
        }
    }

    @Test
    void aMechanismThatCannotBeAskedAboutIsRefused() {
        try (SmtpClient client = AuthHttpScene.plain(STAFF)) {
            assertThat(AuthHttpScene.say(client, "AUTH CRAM-MD5", GatewaySetup.USER + " " + "0".repeat(32))
                            .code())
                    .isEqualTo(504);
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
        }
    }
}
