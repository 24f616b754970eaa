package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.app.fixture.ConfigFolder;

/** The keys of each section as the readers themselves tell them: in the messages for a key that no section has. */
final class KnownKeys {
    private static final String UNKNOWN = "unheard-of";
    private static final String EVERY_SECTION = """
            listeners:
              - unheard-of: 1
                name: a
                address: 127.0.0.1:2525
                route: a
                tls: { unheard-of: 1 }
                auth: { unheard-of: 1 }
                limits: { unheard-of: 1 }
                timeouts: { unheard-of: 1 }
                closing-replies: { unheard-of: 1 }
            routes:
              - unheard-of: 1
                sender-domain: a
                to: a
            auth:
              a: { plugin: htpasswd, file: users.htpasswd, ask: { unheard-of: 1 } }
              htpasswd: { unheard-of: 1, plugin: htpasswd, file: users.htpasswd }
              ldap: { unheard-of: 1, plugin: ldap, urls: "ldaps://127.0.0.1", user-dn: "uid={login},dc=example" }
              sql:
                unheard-of: 1
                plugin: sql
                url: jdbc:postgresql://127.0.0.1/mail
                user: gate
                query: SELECT password FROM users WHERE login = {login}
              http: { unheard-of: 1, plugin: http, protocol: nginx, url: "127.0.0.1:9000/auth" }
              oauth2: { unheard-of: 1, plugin: oauth2, issuer: "https://login.example.org", audience: mail }
              dovecot: { unheard-of: 1, plugin: dovecot, socket: auth }
              saslauthd: { unheard-of: 1, plugin: saslauthd }
              certificate: { unheard-of: 1, plugin: certificate, rules: [ { from: common-name } ] }
              kubernetes: { unheard-of: 1, plugin: kubernetes, audience: mail, api-server: "https://127.0.0.1", token-file: client.secret, ca-file: authority.crt }
            failed-logins:
              unheard-of: 1
              per-address: { unheard-of: 1 }
              per-network: { unheard-of: 1 }
              per-login: { unheard-of: 1 }
              redis: { unheard-of: 1, address: "127.0.0.1:6379" }
            tokens:
              a:
                unheard-of: 1
                source: client-credentials
                endpoint: https://login.example.org/token
                client-id: a
                client-secret-file: client.secret
            upstreams:
              a:
                unheard-of: 1
                endpoints: [ { unheard-of: 1, address: "10.0.0.5:25" } ]
                health: { unheard-of: 1 }
                tls: { unheard-of: 1 }
                timeouts: { unheard-of: 1 }
                identity: { unheard-of: 1 }
                introduce: { unheard-of: 1 }
            admin:
              unheard-of: 1
              auth-http: [ { unheard-of: 1, path: /auth, backends: [ a ], server: "127.0.0.1:25" } ]
            dns: { unheard-of: 1 }
            log: { unheard-of: 1 }
            unheard-of: 1
            """;
    private static final Pattern MESSAGE = Pattern.compile(
            "[^:]+:\\d+: (?:(\\S+)\\.)?unheard-of: unknown (?:key; known here: |setting; there are: )(.*)");

    private KnownKeys() {}

    /** By section, such as {@code listeners[].tls}; the root is empty, a plugin's is {@code plugin: htpasswd}. */
    static Map<String, Set<String>> bySection(Path temporary) {
        ConfigFolder folder = ConfigFolder.in(temporary);
        Map<String, Set<String>> keys = new TreeMap<>();
        for (String problem : catchThrowableOfType(ConfigException.class, () -> folder.config(EVERY_SECTION))
                .problems()) {
            Matcher message = MESSAGE.matcher(problem);
            if (!message.matches()) {
                throw new AssertionError("not about a key that is " + UNKNOWN + ": " + problem);
            }
            keys.put(
                    section(message.group(1)),
                    new TreeSet<>(Set.of(message.group(2).split(", "))));
        }
        keys.put("auth.*", Set.of("plugin", "ask"));
        return keys;
    }

    private static String section(String path) {
        if (path == null) {
            return "";
        }
        return path.matches("auth\\.\\w+")
                ? path.replace("auth.", "plugin: ")
                : path.replace("[0]", "[]")
                        .replace("auth.a", "auth.*")
                        .replace("upstreams.a", "upstreams.*")
                        .replace("tokens.a", "tokens.*");
    }
}
