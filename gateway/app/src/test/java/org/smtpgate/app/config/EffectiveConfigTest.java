package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.config.AdminSettings.ActionsFrom;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.oauth2.SigningKey;
import org.smtpgate.proxy.guessing.AddressRange;

/** What {@code smtpgate check} prints: every key with the value that counts, in a form that can be read again. */
class EffectiveConfigTest {
    static final String LEAST = """
            listeners:
              - { name: submission, address: "0.0.0.0:587", hostname: mail.example.org, route: legacy }
            upstreams:
              legacy: { endpoints: [ "10.0.0.5:25" ] }
            event-loops: 2
            """;

    /** Every key there is, each with a value that is not its default. */
    static final String MOST = """
            listeners:
              - name: submission
                address: "[::1]:2587"
                hostname: mail.example.org
                tls: { mode: starttls, required: false, certificate: tls.crt, key: tls.key, client-certificates: request, client-trust: authority.crt }
                auth: { backends: [ staff ], mechanisms: [ PLAIN ], required: true, allow-without-tls: true, timeout: 7s }
                route: relay
                max-sessions: 9
                bare-newline: normalize
                limits:
                  command-line: 600
                  auth-line: 700
                  recipients: 3
                  message: 1GiB
                  replies-owed: 4
                  errors: 5
                  auth-failures: 6
                  discard: 7KiB
                timeouts: { idle: 1m, content: 2m, content-rate: 1KiB, tls: 1500ms }
                closing-replies: { idle: 221, shutdown: 221, errors: 221, limit: 221 }
            routes:
              - listener: [ submission ]
                login: [ "*@example.org", anna ]
                attribute: { tier: [ gold, silver ] }
                sender-domain: [ example.org, "*.example.org" ]
                recipient-domain: [ example.net ]
                to: relay
            auth:
              staff:
                plugin: htpasswd
                file: users.htpasswd
                reload-interval: 10s
                ask: { logins: [ "@example.org" ], timeout: 1s, failures: 2, pause: 3s, remember-accepted: 4s, remember-refused: 5s, remember-most: 6 }
            failed-logins:
              per-address: { failures: 1, within: 2m }
              per-network: { failures: 3, within: 4m, ipv4-prefix: 16, ipv6-prefix: 48 }
              per-login: { failures: 5, within: 6m }
              delay: 7ms
              longest-delay: 8s
              exempt: [ 10.0.0.0/8 ]
              redis: { address: "redis.example.org:6379", database: 1, tls: true, trust: authority.crt, username: gate, password: "***", prefix: "mail:", timeout: 1s }
            tokens:
              office:
                source: client-credentials
                endpoint: https://login.example.org/tenant/token
                client-id: gate
                client-secret: "***"
                client-authentication: basic
                scope: https://mail.example.org/.default
                parameters: [ resource=https://mail.example.org ]
                timeout: 3s
              certified:
                source: client-credentials
                endpoint: http://localhost:8080/token
                client-id: gate
                client-key: client.key
                client-certificate: tls.crt
                audience: https://login.example.org
                parameters: []
                timeout: 3s
              known:
                source: client-credentials
                endpoint: https://login.example.org/token
                client-id: gate
                client-key: client.key
                client-key-id: 1a2b3c
                parameters: []
                timeout: 3s
              service:
                source: service-account
                service-account-key: service-account.json
                endpoint: https://oauth2.example.org/other
                audience: https://oauth2.example.org/
                scope: https://mail.example.com/
                account: box@example.org
                max-accounts: 6
                parameters: []
                timeout: 3s
              users:
                source: refresh-token
                endpoint: https://login.example.org/tenant/token
                client-id: gate
                client-secret-file: client.secret
                client-authentication: basic
                store: tokens
                store-key: tokens.key
                account: shared@example.org
                max-accounts: 7
                parameters: []
                trust: authority.crt
                timeout: 4s
            upstreams:
              relay:
                endpoints: [ "${SMTPGATE_HOST}:25", { address: "[fe80::1]:26", weight: 2, priority: 3 }, "srv:_submission._tcp.example.net", "mx:example.net", "mx:example.net:26" ]
                balancing: round-robin
                health:
                  probe-interval: 1s
                  probe-timeout: 2s
                  probe-at-start: false
                  failures: 4
                  backoff: 5s
                  backoff-max: 6s
                ehlo: gateway.example.org
                protocol: lmtp
                tls: { mode: implicit, verify: true, trust: authority.crt }
                pooling: session
                on-upstream-close: reconnect
                failover: mail
                max-connections: 1
                min-idle: 0
                queue-length: 2
                queue-timeout: 3s
                connect-attempts: 4
                idle-timeout: 5s
                max-lifetime: 6h
                max-transactions: 7
                timeouts: { connect: 1s, greeting: 2s, command: 3s, data: 4s, content: 5s, end-of-data: 20m }
                identity: { mode: passthrough, mechanism: PLAIN, allow-without-tls: true }
                introduce: { xclient: ignore, xforward: true, proxy-protocol: v2, mail-auth: true }
                trace-header: with-login
            admin:
              address: "[::1]:9000"
              actions: anywhere
              auth-http:
                - { path: /auth/staff, backends: [ staff ], server: "127.0.0.1:10025", from: anywhere, secret-file: client.secret }
            dns: { servers: [ "192.0.2.53:53", "[2001:db8:0:0:0:0:0:53]:5353" ], timeout: 1s }
            log: { format: json, level: debug }
            profile: sidecar
            event-loops: 3
            drain-deadline: 9s
            """;

    private static final Map<String, Object> DEFAULTS = new LinkedHashMap<>(Map.ofEntries(
            Map.entry("listeners[].name", "submission"),
            Map.entry("listeners[].address", "0.0.0.0:587"),
            Map.entry("listeners[].hostname", "mail.example.org"),
            Map.entry("listeners[].tls.mode", "none"),
            Map.entry("listeners[].auth.backends", List.of()),
            Map.entry("listeners[].auth.mechanisms", List.of()),
            Map.entry("listeners[].auth.required", false),
            Map.entry("listeners[].auth.allow-without-tls", false),
            Map.entry("listeners[].auth.timeout", "30s"),
            Map.entry("listeners[].route", "legacy"),
            Map.entry("listeners[].max-sessions", 10000),
            Map.entry("listeners[].bare-newline", "reject"),
            Map.entry("listeners[].limits.command-line", 1055),
            Map.entry("listeners[].limits.auth-line", 12288),
            Map.entry("listeners[].limits.recipients", 1000),
            Map.entry("listeners[].limits.message", "50MiB"),
            Map.entry("listeners[].limits.replies-owed", 64),
            Map.entry("listeners[].limits.errors", 20),
            Map.entry("listeners[].limits.auth-failures", 3),
            Map.entry("listeners[].limits.discard", "64MiB"),
            Map.entry("listeners[].timeouts.idle", "5m"),
            Map.entry("listeners[].timeouts.content", "3m"),
            Map.entry("listeners[].timeouts.content-rate", "500"),
            Map.entry("listeners[].timeouts.tls", "30s"),
            Map.entry("listeners[].closing-replies.idle", 421),
            Map.entry("listeners[].closing-replies.shutdown", 421),
            Map.entry("listeners[].closing-replies.errors", 421),
            Map.entry("listeners[].closing-replies.limit", 421),
            Map.entry("failed-logins.per-address.failures", 30),
            Map.entry("failed-logins.per-address.within", "10m"),
            Map.entry("failed-logins.per-network.failures", 200),
            Map.entry("failed-logins.per-network.within", "10m"),
            Map.entry("failed-logins.per-network.ipv4-prefix", 24),
            Map.entry("failed-logins.per-network.ipv6-prefix", 64),
            Map.entry("failed-logins.per-login.failures", 100),
            Map.entry("failed-logins.per-login.within", "10m"),
            Map.entry("failed-logins.delay", "1s"),
            Map.entry("failed-logins.longest-delay", "10s"),
            Map.entry("failed-logins.exempt", List.of("127.0.0.0/8", "::1")),
            Map.entry("upstreams.*.endpoints", List.of("10.0.0.5:25")),
            Map.entry("upstreams.*.balancing", "least-connections"),
            Map.entry("upstreams.*.health.probe-interval", "off"),
            Map.entry("upstreams.*.health.probe-timeout", "10s"),
            Map.entry("upstreams.*.health.probe-at-start", true),
            Map.entry("upstreams.*.health.failures", 3),
            Map.entry("upstreams.*.health.backoff", "1s"),
            Map.entry("upstreams.*.health.backoff-max", "5m"),
            Map.entry("upstreams.*.ehlo", "mail.example.org"),
            Map.entry("upstreams.*.protocol", "smtp"),
            Map.entry("upstreams.*.tls.mode", "none"),
            Map.entry("upstreams.*.pooling", "transaction"),
            Map.entry("upstreams.*.on-upstream-close", "221"),
            Map.entry("upstreams.*.failover", "envelope"),
            Map.entry("upstreams.*.max-connections", 50),
            Map.entry("upstreams.*.min-idle", 0),
            Map.entry("upstreams.*.queue-length", 10000),
            Map.entry("upstreams.*.queue-timeout", "1m"),
            Map.entry("upstreams.*.connect-attempts", 3),
            Map.entry("upstreams.*.idle-timeout", "1m"),
            Map.entry("upstreams.*.max-lifetime", "15m"),
            Map.entry("upstreams.*.max-transactions", 1000),
            Map.entry("upstreams.*.timeouts.connect", "10s"),
            Map.entry("upstreams.*.timeouts.greeting", "5m"),
            Map.entry("upstreams.*.timeouts.command", "5m"),
            Map.entry("upstreams.*.timeouts.data", "2m"),
            Map.entry("upstreams.*.timeouts.content", "3m"),
            Map.entry("upstreams.*.timeouts.end-of-data", "10m"),
            Map.entry("upstreams.*.identity.mode", "none"),
            Map.entry("upstreams.*.introduce.xclient", "off"),
            Map.entry("upstreams.*.introduce.xforward", false),
            Map.entry("upstreams.*.introduce.proxy-protocol", "off"),
            Map.entry("upstreams.*.introduce.mail-auth", false),
            Map.entry("upstreams.*.trace-header", true),
            Map.entry("admin.actions", "loopback"),
            Map.entry("admin.address", "127.0.0.1:9587"),
            Map.entry("log.format", "text"),
            Map.entry("log.level", "info"),
            Map.entry("dns.servers", List.of()),
            Map.entry("dns.timeout", "3s"),
            Map.entry("profile", "server"),
            Map.entry("event-loops", 2),
            Map.entry("drain-deadline", "30s")));

    @TempDir
    Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void fillTheFolder() {
        folder = ConfigFolder.in(temporary);
    }

    @Test
    void everyKeyHasTheDefaultThatIsPromised() throws Exception {
        assertThat(Keys.of(printed(LEAST))).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
    }

    @Test
    void everyKeyThatIsSetIsPrintedWithItsValue() throws Exception {
        Map<String, Object> expected = Keys.of(MOST.replace("${SMTPGATE_HOST}", "relay.example.org")
                .replace("tls.crt", temporary + "/tls.crt")
                .replace("tls.key", temporary + "/tls.key")
                .replace("authority.crt", temporary + "/authority.crt")
                .replace("client.key", temporary + "/client.key")
                .replace("client.secret", temporary + "/client.secret")
                .replace("service-account.json", temporary + "/service-account.json")
                .replace("store: tokens", "store: " + temporary + "/tokens")
                .replace("tokens.key", temporary + "/tokens.key"));

        assertThat(Keys.of(printed(MOST))).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(expected).containsKeys(DEFAULTS.keySet().toArray(String[]::new));
        DEFAULTS.forEach((key, value) -> assertThat(expected.get(key))
                .as(key + " beside its default")
                .satisfiesAnyOf(
                        set -> assertThat(set).isNotEqualTo(value),
                        set -> assertThat(key).endsWith("name"),
                        set -> assertThat(key).endsWith("hostname"),
                        // It does not go with the pooling that is not the default.
                        set -> assertThat(key).endsWith("min-idle"),
                        set -> assertThat(key).isEqualTo("listeners[].auth.required")));
    }

    @ParameterizedTest
    @ValueSource(strings = {LEAST, MOST, LEAST + "admin: { address: off }\n"})
    void whatIsPrintedReadsBackAsTheSame(String yaml) throws Exception {
        GatewayConfig first = folder.config(yaml);
        String printed = EffectiveConfig.yaml(first);

        GatewayConfig again = folder.config(printed);

        assertThat(EffectiveConfig.yaml(again)).isEqualTo(printed);
        assertThat(again)
                .usingRecursiveComparison()
                .withEqualsForType((a, b) -> true, ServerSSLOptions.class)
                .withEqualsForType((a, b) -> true, ClientSSLOptions.class)
                .withEqualsForType((a, b) -> true, SigningKey.class)
                .withEqualsForType((a, b) -> a.toString().equals(b.toString()), AddressRange.class)
                .isEqualTo(first);
    }

    @Test
    void idleConnectionsThatAreKeptReadyArePrinted() throws Exception {
        assertThat(Keys.of(printed(LEAST.replace("\"10.0.0.5:25\" ]", "\"10.0.0.5:25\" ], min-idle: 3"))))
                .containsEntry("upstreams.*.min-idle", 3);
    }

    @Test
    void aSocketOfThisMachineIsAnEndpoint() throws Exception {
        String yaml = LEAST.replace("10.0.0.5:25", "unix:/run/dovecot/lmtp");

        assertThat(Keys.of(printed(yaml))).containsEntry("upstreams.*.endpoints", List.of("unix:/run/dovecot/lmtp"));
    }

    @Test
    void theAdminServerCanBeTurnedOff() throws Exception {
        assertThat(folder.config(LEAST + "admin: { address: off }\n").admin()).isEmpty();
        assertThat(folder.config(LEAST).admin())
                .contains(new AdminSettings(new HostAndPort("127.0.0.1", 9587), ActionsFrom.LOOPBACK, List.of()));
    }

    @Test
    void whatLooksLikeAVariableIsNotTakenForOneWhenItIsReadBack() throws Exception {
        folder.file("${x}.htpasswd", "");
        String yaml = LEAST + "auth: { staff: { plugin: htpasswd, file: \"$${x}.htpasswd\" } }\n";

        GatewayConfig config = folder.config(yaml);

        assertThat(config.backends().get("staff").settings()).containsEntry("file", "${x}.htpasswd");
        assertThat(folder.config(EffectiveConfig.yaml(config)).backends()).isEqualTo(config.backends());
    }

    @Test
    void aRequiredLoginNeedsTlsUnlessThatIsAllowed() throws Exception {
        String starttls = LEAST.replace(
                "route:",
                "tls: { mode: starttls, certificate: tls.crt, key: tls.key }, auth: { backends: [ staff ]%s }, route:");
        String staff = "auth: { staff: { plugin: htpasswd, file: users.htpasswd } }\n";

        assertThat(Keys.of(printed(starttls.formatted("") + staff)))
                .containsEntry("listeners[].auth.required", true)
                .containsEntry("listeners[].tls.required", true);
        assertThat(Keys.of(printed(starttls.formatted(", allow-without-tls: true") + staff)))
                .containsEntry("listeners[].auth.required", true)
                .containsEntry("listeners[].tls.required", false);
        assertThat(Keys.of(printed(starttls.formatted(", required: false") + staff)))
                .containsEntry("listeners[].auth.required", false)
                .containsEntry("listeners[].tls.required", false);
    }

    @Test
    void aMarkOfByteOrderIsNoMistake() throws Exception {
        assertThat(folder.config("\ufeff" + LEAST).listeners()).hasSize(1);
    }

    private String printed(String yaml) throws Exception {
        return EffectiveConfig.yaml(folder.config(yaml));
    }
}
