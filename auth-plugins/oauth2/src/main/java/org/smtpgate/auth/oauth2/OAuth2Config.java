package org.smtpgate.auth.oauth2;

import com.nimbusds.jose.JWSAlgorithm;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.ServerTls;
import org.smtpgate.auth.Settings;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.JwtVerifier;
import org.smtpgate.tokens.Published;
import org.smtpgate.tokens.ServerUrl;
import org.smtpgate.tokens.Validity;

/**
 * The settings of the plugin.
 *
 * @param issuer as the provider's metadata names it
 * @param discovery where that metadata is
 * @param endpoints those that are not looked up there
 * @param client who the gateway is at the provider; there where it needs to be somebody
 * @param times for what the provider publishes
 * @param cacheTime how long an answer of the introspection endpoint is believed at most
 */
record OAuth2Config(
        Mode mode,
        String issuer,
        URI discovery,
        Map<Endpoint, URI> endpoints,
        ServerUrl urls,
        ClaimRules rules,
        Set<JWSAlgorithm> algorithms,
        Duration clockSkew,
        Optional<OAuthClient> client,
        boolean passwordGrant,
        String passwordScope,
        Duration timeout,
        Published.Times times,
        Duration cacheTime,
        int cacheSize,
        ServerTls tls) {
    enum Mode {
        JWT,
        INTROSPECTION
    }

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final String LOGIN_CLAIM = "preferred_username";

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static OAuth2Config from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        Mode mode = settings.choice("mode", Mode.JWT);
        ServerUrl urls = new ServerUrl(settings.flag("allow-http", false));
        String issuer = settings.text("issuer", "https://login.example.org/realms/mail");
        boolean passwordGrant = settings.flag("password-grant", false);
        OAuth2Config config = new OAuth2Config(
                mode,
                issuer,
                discovery(settings, urls, issuer),
                endpoints(settings, urls),
                urls,
                rules(settings, issuer, mode),
                algorithms(settings),
                Validity.skew(settings),
                client(settings, mode, passwordGrant),
                passwordGrant,
                settings.optionalText("password-scope").orElse(""),
                JsonClient.timeout(settings),
                Published.Times.ofKeys(settings),
                settings.duration("cache-time", Duration.ofMinutes(1), Duration.ZERO, Duration.ofHours(1)),
                settings.number("cache-size", 10_000, 1, 1_000_000),
                ServerTls.of(settings));
        settings.end();
        return config;
    }

    private static URI discovery(Settings settings, ServerUrl urls, String issuer) {
        Optional<URI> elsewhere =
                settings.optionalText("discovery").map(text -> urls.configured(settings, "discovery", text));
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        if (IssuerRule.isTemplate(issuer)) {
            throw settings.wrong(
                    "discovery",
                    "is required with an issuer for many tenants, such as"
                            + " https://login.microsoftonline.com/organizations/v2.0" + WELL_KNOWN);
        }
        return urls.configured(settings, "issuer", issuer.replaceAll("/$", "") + WELL_KNOWN);
    }

    private static Map<Endpoint, URI> endpoints(Settings settings, ServerUrl urls) {
        Map<Endpoint, URI> endpoints = new EnumMap<>(Endpoint.class);
        for (Endpoint endpoint : Endpoint.values()) {
            settings.optionalText(endpoint.key())
                    .ifPresent(text -> endpoints.put(endpoint, urls.configured(settings, endpoint.key(), text)));
        }
        return endpoints;
    }

    private static ClaimRules rules(Settings settings, String issuer, Mode mode) {
        List<String> issuers = Stream.concat(Stream.of(issuer), settings.texts("issuer-aliases").stream())
                .toList();
        Set<String> tenants = Set.copyOf(new LinkedHashSet<>(settings.texts("tenants")));
        if (tenants.isEmpty() && issuers.stream().anyMatch(IssuerRule::isTemplate)) {
            throw settings.wrong(
                    "tenants", "is required with an issuer for many tenants: the ids of those that are let in");
        }
        List<String> audience = settings.texts("audience");
        if (audience.isEmpty() && mode == Mode.JWT) {
            throw settings.wrong(
                    "audience", "is required: who a token must be meant for, or any token of the provider's would do");
        }
        List<String> logins = settings.texts("login-claim");
        return new ClaimRules(
                new IssuerRule(issuers, tenants),
                Set.copyOf(new LinkedHashSet<>(audience)),
                Set.copyOf(new LinkedHashSet<>(settings.texts("scopes"))),
                Set.copyOf(new LinkedHashSet<>(settings.texts("hosted-domains"))),
                new LoginNames(
                        logins.isEmpty() ? List.of(LOGIN_CLAIM) : logins,
                        settings.texts("alias-claims"),
                        settings.textsByName("logins")),
                settings.textsByName("attributes"));
    }

    private static Set<JWSAlgorithm> algorithms(Settings settings) {
        Set<JWSAlgorithm> algorithms = settings.texts("algorithms").stream()
                .map(name -> JwtVerifier.algorithm(name)
                        .orElseThrow(() -> settings.wrong("algorithms", "may hold " + names())))
                .collect(Collectors.toSet());
        return algorithms.isEmpty() ? JwtVerifier.ALGORITHMS : algorithms;
    }

    private static String names() {
        return JwtVerifier.ALGORITHMS.stream()
                .map(JWSAlgorithm::getName)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static Optional<OAuthClient> client(Settings settings, Mode mode, boolean passwordGrant) {
        OAuthClient.Authentication authentication =
                settings.choice("client-authentication", OAuthClient.Authentication.BASIC);
        Optional<String> id = settings.optionalText("client-id");
        Optional<String> secret = settings.secret("client-secret");
        if (mode == Mode.INTROSPECTION && secret.isEmpty()) {
            throw settings.wrong(
                    "client-secret-file", "is required with mode: introspection: providers tell clients alone");
        }
        if (id.isEmpty() && (passwordGrant || secret.isPresent())) {
            throw settings.wrong("client-id", "is required: who the gateway is at the provider");
        }
        return id.map(known -> new OAuthClient(known, secret, authentication));
    }
}
