package org.smtpgate.it.auth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smtpgate.it.client.MechanismClients;
import org.smtpgate.it.client.Submission;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.SaslMechanisms;
import org.smtpgate.sasl.TlsServerEndPoint;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;

/** One gateway before all backends of the table, each with its server, and a mail program for each mechanism. */
final class TableScene implements AutoCloseable {
    private static final boolean EXPORTER = Runtime.version().feature() >= 25;
    private static final String CONFIG = """
            listeners:
            %sauth:
            %supstreams:
              mail:
                endpoints: [ "127.0.0.1:%d" ]
              mailboxes:
                endpoints: [ "127.0.0.1:%d" ]
                tls: { mode: starttls, trust: authority.crt }
                identity: { mode: passthrough }
            admin: { address: "127.0.0.1:%d" }
            log: { format: text, level: trace }
            """;

    /** Whom the certificate of a right login is for. */
    static final TestIdentity ANNA = TestCertificates.client("CN=anna", List.of(GatewaySetup.USER));

    private static final TestIdentity TIM = TestCertificates.client("CN=tim", List.of("tim@example.org"));

    private final Path folder;
    private final PemFiles pem;
    private final TableServers servers;
    private final ScriptedUpstream upstream;
    private final List<TableBackend> backends;
    private final GatewayProcess gateway;

    private TableScene(Path folder, PemFiles pem, TableServers servers) throws Exception {
        this.folder = folder;
        this.pem = pem;
        this.servers = servers;
        backends = servers.start(pem.authority().getParent());
        upstream = servers.opened(ScriptedUpstream.start());
        gateway = servers.opened(started());
    }

    /** In an empty folder; whatever cannot be started, nothing is left running. */
    static TableScene start(Path folder) throws Exception {
        PemFiles pem = PemFiles.in(Files.createDirectory(folder.resolve("gateway")));
        TableServers servers = new TableServers(folder, pem);
        try {
            return new TableScene(folder, pem, servers);
        } catch (Exception | Error e) {
            servers.close();
            throw e;
        }
    }

    private GatewayProcess started() throws Exception {
        int admin = Ports.free();
        Path config = Files.writeString(
                pem.authority().resolveSibling("smtpgate.yaml"),
                CONFIG.formatted(
                        backends.stream().map(TableBackend::listenerYaml).collect(Collectors.joining()),
                        backends.stream().map(TableBackend::backendYaml).collect(Collectors.joining()),
                        upstream.port(),
                        servers.startUpstream(),
                        admin));
        return GatewayProcess.start(config, admin);
    }

    GatewayProcess gateway() {
        return gateway;
    }

    TableBackend backend(String head) {
        return backends.stream()
                .filter(backend -> backend.head().equals(head))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the page has a backend that no test knows: " + head));
    }

    /** One run of the mechanism's program with a secret that is right, or wrong. */
    Execution login(TableBackend backend, String mechanism, boolean right) throws Exception {
        TableAccount account = backend.accounts().apply(mechanism);
        Submission mail =
                submission(backend.port(mechanism), account.user(), right ? account.right() : account.wrong());
        return switch (mechanism) {
            case "PLAIN" -> MechanismClients.smtplib(mail, mechanism);
            case "LOGIN" -> MechanismClients.swaks(mail, mechanism);
            case "CRAM-MD5" -> MechanismClients.curl(mail, mechanism);
            case "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5" -> MechanismClients.gsasl(mail, mechanism);
            case "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS" ->
                EXPORTER ? MechanismClients.gsasl(mail, mechanism) : bound(mail, mechanism);
            case "OAUTHBEARER" -> MechanismClients.curlWithToken(mail, mechanism);
            case "XOAUTH2" -> MechanismClients.nodemailerWithToken(mail, mechanism);
            case "EXTERNAL" -> MechanismClients.curlWithCertificate(mail, files(right ? ANNA : TIM));
            default -> throw new AssertionError("the page has a mechanism that no test knows: " + mechanism);
        };
    }

    private Submission submission(int port, String user, String secret) {
        Letter letter = Letter.of(Content.EMPTY_LINES, folder);
        return new Submission(port, false, pem.authority(), user, secret, letter.from(), letter.to(), letter.file());
    }

    private PemFiles files(TestIdentity client) throws Exception {
        Path own = Files.createTempDirectory(folder, "client");
        client.writeTo(own);
        return new PemFiles(pem.authority(), own.resolve("tls.crt"), own.resolve("tls.key"));
    }

    /** Java 17 has no tls-exporter. */
    private static Execution bound(Submission mail, String mechanism) throws Exception {
        byte[] certificate = TlsServerEndPoint.of(TestCertificates.server().certificate());
        try (SmtpClient smtp = SmtpClient.connect(mail.port())) {
            smtp.greet();
            smtp.ehlo();
            smtp.startTls().ehlo();
            int code = new BoundLogin(mechanism, mail.user(), certificate).code(smtp, mail.password());
            return new Execution(code == 235 ? 0 : 1, smtp.transcript());
        }
    }

    /** How many logins by this mechanism there were at the backend's listener, by their outcome. */
    Map<String, Double> outcomes(TableBackend backend, String mechanism) {
        String label = SaslMechanisms.named(mechanism).isPresent() ? mechanism : AuthMeters.OTHER_MECHANISM;
        List<String> labels =
                List.of("listener=\"" + backend.listener(mechanism) + "\"", "mechanism=\"" + label + "\"");
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("smtpgate_auth_attempts_total{")
                        && labels.stream().allMatch(line::contains)
                        && !line.endsWith(" 0.0"))
                .collect(Collectors.toMap(
                        line -> line.replaceFirst(".*outcome=\"([^\"]*)\".*", "$1"),
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                        Double::sum));
    }

    @Override
    public void close() throws Exception {
        servers.close();
    }
}
