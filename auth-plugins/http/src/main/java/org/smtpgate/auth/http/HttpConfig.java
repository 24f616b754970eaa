package org.smtpgate.auth.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.ServerTls;
import org.smtpgate.auth.Settings;
import org.smtpgate.sasl.CredentialKind;

/**
 * The settings of the plugin.
 *
 * @param timeout how long one question may take
 * @param maxConnections how many questions are under way at a time
 * @param speech what is particular to one of the protocols
 */
record HttpConfig(
        List<ServiceUrl> urls,
        Set<CredentialKind> credentials,
        Duration connectTimeout,
        Duration timeout,
        int maxConnections,
        ClientSSLOptions tls,
        Speech speech) {

    private static final int MAX_URLS = 8;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
    private static final Set<String> OURS =
            Set.of("host", "connection", "content-length", "content-type", "transfer-encoding", "accept");

    private static final List<String> NGINX_ALONE =
            List.of("keep-alive", "require-server", "pass-client-cert", "ssl-verify-client");
    private static final List<String> JSON_ALONE =
            List.of("username", "password", "password-file", "bearer-token", "bearer-token-file");

    /** What is said. */
    sealed interface Speech {
        /** As nginx; octet for octet unless connections are kept. */
        record Nginx(NginxHeaders headers, boolean serverRequired, boolean keepAlive) implements Speech {}

        /** JSON. */
        record Json(Map<String, String> headers) implements Speech {
            /** They may hold a password. */
            @Override
            public String toString() {
                return "Json[headers=" + headers.keySet() + "]";
            }
        }
    }

    private enum Protocol {
        NGINX,
        JSON
    }

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static HttpConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        Protocol protocol = settings.requiredChoice("protocol", Protocol.NGINX);
        List<ServiceUrl> urls = urls(settings, protocol);
        Set<CredentialKind> kinds = credentials(settings, protocol);
        Duration connect = settings.duration(
                "connect-timeout", Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(10));
        Duration timeout =
                settings.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(20));
        int connections = settings.number("max-connections", 32, 1, 1_000);
        Map<String, String> headers = headers(settings);
        for (String idle : protocol == Protocol.NGINX ? JSON_ALONE : NGINX_ALONE) {
            if (settings.has(idle)) {
                throw settings.wrong(idle, "has no effect with protocol: " + settings.text("protocol", ""));
            }
        }
        Speech speech = protocol == Protocol.NGINX ? nginx(settings, headers) : json(settings, headers);
        ClientSSLOptions tls = ServerTls.of(settings).options();
        settings.end();
        return new HttpConfig(urls, kinds, connect, timeout, connections, tls, speech);
    }

    /** Opens what is needed to ask. */
    Exchange exchange(Vertx vertx) {
        if (speech instanceof Speech.Nginx nginx) {
            return nginx.keepAlive()
                    ? new KeepAliveExchange(calls(vertx), nginx.headers(), nginx.serverRequired())
                    : new NginxExchange(vertx, nginx.headers(), nginx.serverRequired(), connectTimeout, tls);
        }
        return new JsonExchange(calls(vertx), ((Speech.Json) speech).headers());
    }

    private HttpCalls calls(Vertx vertx) {
        return new HttpCalls(vertx, connectTimeout, maxConnections, tls);
    }

    private static List<ServiceUrl> urls(Settings settings, Protocol protocol) {
        List<ServiceUrl> urls = new ArrayList<>();
        for (String text : settings.texts("url")) {
            // nginx takes a URL without http:// too.
            boolean bare = protocol == Protocol.NGINX && !SCHEME.matcher(text).matches();
            urls.add(ServiceUrl.of(settings.url("url", bare ? "http://" + text : text, "http", "https")));
        }
        if (urls.isEmpty()) {
            throw settings.wrong("url", "is required, such as http://127.0.0.1:9000/auth");
        }
        if (urls.size() > MAX_URLS) {
            throw settings.wrong("url", "must not be more than " + MAX_URLS);
        }
        return List.copyOf(urls);
    }

    private static Set<CredentialKind> credentials(Settings settings, Protocol protocol) {
        Set<CredentialKind> known = protocol == Protocol.NGINX
                ? EnumSet.complementOf(EnumSet.of(CredentialKind.TOKEN))
                : EnumSet.allOf(CredentialKind.class);
        Set<CredentialKind> kinds = EnumSet.noneOf(CredentialKind.class);
        for (String text : settings.texts("credentials")) {
            kinds.add(known.stream()
                    .filter(kind -> name(kind).equals(text))
                    .findFirst()
                    .orElseThrow(() -> settings.wrong(
                            "credentials",
                            "must be of "
                                    + String.join(
                                            ", ",
                                            known.stream().map(HttpConfig::name).toList()))));
        }
        return kinds.isEmpty() ? Set.of(CredentialKind.PASSWORD) : kinds;
    }

    private static String name(CredentialKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> headers(Settings settings) {
        Map<String, String> headers = settings.secretsByName("headers");
        headers.forEach((name, value) -> {
            if (!TOKEN.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw settings.wrong("headers." + name, "is no name of a header that may be set");
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw settings.wrong("headers." + name, "must be one line");
            }
        });
        return headers;
    }

    private static Speech nginx(Settings settings, Map<String, String> headers) {
        return new Speech.Nginx(
                new NginxHeaders(
                        settings.flag("ssl-verify-client", false), settings.flag("pass-client-cert", false), headers),
                settings.flag("require-server", true),
                settings.flag("keep-alive", false));
    }

    private static Speech json(Settings settings, Map<String, String> headers) {
        Optional<String> username = settings.optionalText("username");
        Optional<String> password = settings.secret("password");
        Optional<String> token = settings.secret("bearer-token");
        if (username.isPresent() != password.isPresent()) {
            throw settings.wrong(
                    username.isPresent() ? "password" : "username", "is required: username and password go together");
        }
        if (token.isPresent() && username.isPresent()) {
            throw settings.wrong("bearer-token", "stands beside username; leave out one of them");
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        token.ifPresent(text -> all.put("Authorization", "Bearer " + text));
        username.ifPresent(name -> all.put("Authorization", "Basic " + base64(name + ":" + password.orElseThrow())));
        return new Speech.Json(all);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
