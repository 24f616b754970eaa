package org.smtpgate.it.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.it.auth.known.KnownUsersPlugin;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.TestCertificates;

/** A gateway that speaks every mechanism, with one user who has a password, a token and a certificate. */
final class MechanismScene implements AutoCloseable {
    static final String TOKEN = "eyJhbGciOiJub25lIn0.Hx3-right-token.c2ln";

    private static final String CONFIG = """
            listeners:
              - name: submission
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: starttls, certificate: tls.crt, key: tls.key, client-certificates: request, client-trust: authority.crt }
                auth: { backends: [ machines, known, staff ] }
                route: mail
              - name: submissions
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: implicit, certificate: tls.crt, key: tls.key, client-certificates: request, client-trust: authority.crt }
                auth: { backends: [ machines, known, staff ] }
                route: mail
              - name: bound
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: implicit, certificate: tls.crt, key: tls.key }
                auth: { backends: [ known ], mechanisms: [ scram-sha-256-plus, SCRAM-SHA-1-PLUS ] }
                route: mail
              - name: tokens
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: implicit, certificate: tls.crt, key: tls.key }
                auth: { backends: [ known ], mechanisms: [ XOAUTH2 ] }
                route: mail
              - name: certified
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: implicit, certificate: tls.crt, key: tls.key, client-certificates: require, client-trust: authority.crt }
                auth: { backends: [ machines ] }
                route: mail
            auth:
              staff: { plugin: htpasswd, file: users.htpasswd }
              known: { plugin: known-users, user: "%s", password: "%s", token: "%s" }
              machines:
                plugin: certificate
                rules:
                  - { from: uri, domains: [ example.org ], pattern: "spiffe://[^/]+/ns/([^/]+)/sa/([^/]+)", login: "$2.$1" }
                  - { from: email, domains: [ example.org ] }
            upstreams:
              mail:
                endpoints: [ "127.0.0.1:%d" ]
            admin: { address: "127.0.0.1:%d" }
            log: { format: text, level: trace }
            """;

    final int starttls = Ports.free();
    final int implicit = Ports.free();
    final int bound = Ports.free();
    final int tokens = Ports.free();
    final int certified = Ports.free();
    final PemFiles pem;
    final Path folder;
    final ScriptedUpstream upstream = ScriptedUpstream.start();
    final GatewayProcess gateway;

    MechanismScene(Path folder) throws IOException {
        this.folder = folder;
        pem = PemFiles.in(folder);
        GatewaySetup.writeUsers(folder);
        int admin = Ports.free();
        Path config = folder.resolve("smtpgate.yaml");
        Files.writeString(
                config,
                CONFIG.formatted(
                        starttls,
                        implicit,
                        bound,
                        tokens,
                        certified,
                        GatewaySetup.USER,
                        GatewaySetup.PASSWORD,
                        TOKEN,
                        upstream.port(),
                        admin));
        gateway = GatewayProcess.start(config, admin, List.of(pluginClasses(folder.resolve("classes"))));
    }

    /** The test's own plugin, apart from all else that is on the tests' class path. */
    private static Path pluginClasses(Path target) throws IOException {
        Class<?> plugin = KnownUsersPlugin.class;
        Path compiled = Path.of(plugin.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve(plugin.getPackageName().replace('.', '/'));
        Path copied =
                Files.createDirectories(target.resolve(plugin.getPackageName().replace('.', '/')));
        try (Stream<Path> files = Files.list(compiled)) {
            files.forEach(file -> copy(file, copied));
        }
        Path services = Files.createDirectories(target.resolve("META-INF/services"));
        Files.writeString(services.resolve(AuthPlugin.class.getName()), plugin.getName());
        return target;
    }

    private static void copy(Path file, Path folder) {
        try {
            Files.copy(file, folder.resolve(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the certificate and the key of a client with this alternative name. */
    PemFiles client(String alternativeName) throws IOException {
        Path own = Files.createTempDirectory(folder, "client");
        TestCertificates.client("CN=tim", List.of(alternativeName)).writeTo(own);
        return new PemFiles(pem.authority(), own.resolve("tls.crt"), own.resolve("tls.key"));
    }

    @Override
    public void close() {
        gateway.close();
        upstream.close();
    }
}
