package org.smtpgate.it.auth;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.smtpgate.app.service.AuthPlugins;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.NginxServer;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.auth.ScriptedService;

/** nginx' mail module and the gateway, before the same {@code auth_http} service and the same upstream. */
final class AuthHttpScene implements AutoCloseable {
    static final String HEADER = "X-Auth-Key";
    static final String HEADER_VALUE = "se cret 7";

    private static final String MAIL = """
            server_name mx.example;
            auth_http http://127.0.0.1:%1$d/auth?from=mail;
            auth_http_timeout 3s;
            auth_http_header %2$s "%3$s";
            smtp_auth plain login cram-md5 external;
            xclient off;
            server { listen 127.0.0.1:%4$d; protocol smtp; }
            server {
                listen 127.0.0.1:%5$d ssl;
                protocol smtp;
                ssl_certificate %7$s/tls.crt;
                ssl_certificate_key %7$s/tls.key;
                ssl_protocols TLSv1.2 TLSv1.3;
            }
            server {
                listen 127.0.0.1:%6$d ssl;
                protocol smtp;
                auth_http_pass_client_cert on;
                ssl_certificate %7$s/tls.crt;
                ssl_certificate_key %7$s/tls.key;
                ssl_client_certificate %7$s/authority.crt;
                ssl_verify_client optional;
                ssl_protocols TLSv1.2 TLSv1.3;
            }
            """;

    private static final String GATEWAY = """
            listeners:
              - name: plain
                address: 127.0.0.1:%1$d
                auth: { backends: [ nginx ], allow-without-tls: true }
                route: mail
                limits: { auth-failures: 100 }
              - name: tls
                address: 127.0.0.1:%2$d
                tls: { mode: implicit, certificate: %3$s/tls.crt, key: %3$s/tls.key }
                auth: { backends: [ nginx ] }
                route: mail
            auth:
              nginx: %4$s
            upstreams:
              mail: { endpoints: [ "127.0.0.1:%5$d" ] }
            admin: { address: "127.0.0.1:%6$d" }
            """;

    final ScriptedService service;
    final ScriptedUpstream upstream;
    final int nginxPlain = Ports.free();
    final int nginxTls = Ports.free();
    final int nginxCertificates = Ports.free();
    final int gatewayPlain = Ports.free();
    final int gatewayTls = Ports.free();
    private final Vertx vertx = Vertx.vertx();
    private final NginxServer nginx;
    private final GatewayProcess gateway;

    AuthHttpScene(Path folder) throws Exception {
        service = ScriptedService.start(request -> ScriptedService.HANG_UP);
        upstream = ScriptedUpstream.start();
        Path pem = Files.createDirectory(folder.resolve("pem"));
        PemFiles.in(pem);
        nginx = NginxServer.withMail(
                Files.createDirectory(folder.resolve("nginx")),
                nginxPlain,
                MAIL.formatted(service.port(), HEADER, HEADER_VALUE, nginxPlain, nginxTls, nginxCertificates, pem));
        int admin = Ports.free();
        Path config = Files.writeString(
                folder.resolve("smtpgate.yaml"),
                GATEWAY.formatted(gatewayPlain, gatewayTls, pem, settings(new JsonObject()), upstream.port(), admin));
        gateway = GatewayProcess.start(config, admin);
    }

    /** The backend's section: JSON is YAML. */
    private String settings(JsonObject more) {
        return section(more).put("plugin", "http").encode();
    }

    private JsonObject section(JsonObject more) {
        return new JsonObject()
                .put("protocol", "nginx")
                .put("url", "127.0.0.1:" + service.port() + "/auth?from=mail")
                .put("headers", new JsonObject().put(HEADER, HEADER_VALUE))
                .mergeIn(more);
    }

    /** A backend alone, for what no listener offers. */
    AuthBackend backend(JsonObject more) {
        return AuthPlugins.byName().get("http").create(new AuthContext(vertx, Path.of("")), section(more));
    }

    Vertx vertx() {
        return vertx;
    }

    /** What reaches the service while this is done. */
    List<String> requests(Runnable work) {
        int before = service.requests().size();
        work.run();
        List<String> all = service.requests();
        return all.subList(before, all.size());
    }

    void answer(UnaryOperator<String> script) {
        service.answer(script);
    }

    static SmtpClient plain(int port) {
        SmtpClient client = SmtpClient.connect(port);
        client.greet();
        return client;
    }

    static SmtpClient tls(int port, String version) {
        return tls(port, TestCertificates.clientContext(), version);
    }

    static SmtpClient tls(int port, SSLContext context, String version) {
        SmtpClient client = SmtpClient.connect(port).handshake(context, version);
        client.greet();
        return client;
    }

    /** Says each of these lines, those after the first in base64, and gives the last reply. */
    static Answer say(SmtpClient client, String command, String... responses) {
        client.send(command);
        for (String response : responses) {
            client.expect(334);
            client.send(base64(response));
        }
        return client.reply();
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        nginx.close();
        upstream.close();
        service.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
