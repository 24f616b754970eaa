package org.smtpgate.app.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.smtpgate.app.config.TokenSettings.Client;
import org.smtpgate.app.config.TokenSettings.Grant;
import org.smtpgate.app.config.TokenSettings.Source;
import org.smtpgate.oauth2.StoreKey;
import org.smtpgate.oauth2.TokenEndpointSettings;

/** Reads one section of {@code tokens}. */
final class TokensReader {
    /** In place of an account's name: the one that the upstream is logged in at. */
    static final String EACH_LOGIN = "each-login";

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);
    private static final int USUAL_MAX_ACCOUNTS = 10_000;

    private final Section section;
    private final Source source;
    private final URI uri;
    private final TokenClientReader client;
    private final String account;
    private final Path store;
    private final Path storeKey;
    private final Path serviceAccountKey;
    private final Path trust;
    private final Duration timeout;
    private final int maxAccounts;

    private TokensReader(Section section) {
        this.section = section;
        section.require("source", Names.of(Source.CLIENT_CREDENTIALS));
        source = section.value("source", null, TokensReader::source);
        uri = section.value("endpoint", null, TokensReader::uri);
        client = new TokenClientReader(section);
        account = section.text("account", EACH_LOGIN);
        store = section.file("store");
        storeKey = section.file("store-key");
        serviceAccountKey = section.file("service-account-key");
        trust = section.file("trust");
        timeout = section.duration("timeout", USUAL_TIMEOUT);
        maxAccounts = section.number("max-accounts", USUAL_MAX_ACCOUNTS, 1, 1_000_000);
    }

    /** The sources by their names. */
    static Map<String, TokenSettings> readAll(Section tokens) {
        Map<String, TokenSettings> sources = new LinkedHashMap<>();
        Map<Path, String> stores = new HashMap<>();
        for (String name : tokens.keys()) {
            TokensReader reader = new TokensReader(tokens.section(name));
            reader.read().ifPresent(settings -> sources.put(name, settings));
            reader.checkStoreIsIts(name, stores);
        }
        return sources;
    }

    /** A refresh token belongs to one client of one endpoint, and files in a store have no other name than a login. */
    private void checkStoreIsIts(String name, Map<Path, String> stores) {
        String other = store == null ? null : stores.putIfAbsent(store, name);
        if (other != null) {
            section.problem(
                    "store", "the source " + other + " stores its refresh tokens there; give each its own folder");
        }
    }

    /** Empty when what it is cannot be told. */
    private Optional<TokenSettings> read() {
        String scope = section.text("scope", "");
        Map<String, String> parameters = parameters();
        section.end();
        if (source == null) {
            return Optional.empty();
        }
        forbidIdleKeys();
        Grant grant = switch (source) {
            case CLIENT_CREDENTIALS -> new Grant.ClientCredentials();
            case REFRESH_TOKEN -> refreshToken();
            case SERVICE_ACCOUNT -> serviceAccount();
        };
        Client asker = client.read(source);
        return Optional.of(new TokenSettings(
                grant,
                endpoint(grant),
                asker,
                scope,
                account.equals(EACH_LOGIN) ? Optional.empty() : Optional.of(account),
                parameters,
                trust,
                maxAccounts));
    }

    private void forbidIdleKeys() {
        if (source == Source.CLIENT_CREDENTIALS) {
            forbid("account", "max-accounts");
        }
        if (source != Source.REFRESH_TOKEN) {
            forbid("store", "store-key");
        }
        if (source != Source.SERVICE_ACCOUNT) {
            forbid("service-account-key");
        }
    }

    private void forbid(String... keys) {
        for (String key : keys) {
            if (section.keys().contains(key)) {
                section.problem(key, "has no effect with source: " + Names.of(source));
            }
        }
    }

    private Grant refreshToken() {
        section.require("store", "tokens");
        section.require("store-key", "tokens.key");
        if (store != null && Files.exists(store) && !Files.isDirectory(store)) {
            section.problem("store", store + " is no folder");
        } else if (store != null && Files.exists(store) && !Files.isWritable(store)) {
            section.warning(
                    "store",
                    "the folder " + store + " cannot be written: a new refresh token that the endpoint may give is "
                            + "lost with the process");
        }
        return new Grant.RefreshToken(store, storeKey, key());
    }

    /** Null when there is none, or a wrong one, which is noted. */
    private StoreKey key() {
        if (storeKey == null) {
            return null;
        }
        try {
            Optional<StoreKey> key = StoreKey.of(SecretFiles.read(storeKey));
            if (key.isEmpty()) {
                section.problem(
                        "store-key",
                        "the key file " + storeKey
                                + " must hold 32 bytes or their base64; make one with: smtpgate token new-key FILE");
            }
            return key.orElse(null);
        } catch (IllegalArgumentException e) {
            section.problem("store-key", e.getMessage());
            return null;
        }
    }

    private Grant serviceAccount() {
        section.require("service-account-key", "service-account.json");
        GoogleServiceAccount read = null;
        try {
            read = serviceAccountKey == null ? null : GoogleServiceAccount.read(serviceAccountKey);
        } catch (IllegalArgumentException e) {
            section.problem("service-account-key", e.getMessage());
        }
        String audience =
                client.audience().isEmpty() && read != null ? read.tokenUri().toString() : client.audience();
        return new Grant.ServiceAccount(serviceAccountKey, read, audience);
    }

    /** Null when there is none, or a wrong one, which is noted. */
    private TokenEndpointSettings endpoint(Grant grant) {
        URI target = uri;
        String key = "endpoint";
        if (uri == null && grant instanceof Grant.ServiceAccount service) {
            target = service.account() == null ? null : service.account().tokenUri();
            key = "service-account-key";
        } else {
            section.require("endpoint", "https://login.example.com/oauth2/token");
        }
        if (target == null) {
            return null;
        }
        if (trust != null && "http".equalsIgnoreCase(target.getScheme())) {
            section.problem("trust", "has no effect, as the endpoint is an http:// URL");
        }
        try {
            return new TokenEndpointSettings(target, timeout, trustPem());
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
            return null;
        }
    }

    private Optional<String> trustPem() {
        try {
            return Optional.ofNullable(trust)
                    .map(file -> PemFiles.certificates(file).toString());
        } catch (IllegalArgumentException e) {
            section.problem("trust", e.getMessage());
            return Optional.empty();
        }
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String text : section.texts("parameters")) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                section.problem("parameters", "each must be name=value, such as resource=https://mail.example.com");
            } else if (parameters.putIfAbsent(text.substring(0, equals), text.substring(equals + 1)) != null) {
                section.problem("parameters", text.substring(0, equals) + " is given twice; leave one of them");
            }
        }
        return parameters;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("must be a URL, such as https://login.example.com/oauth2/token", e);
        }
    }

    private static Source source(String text) {
        return Arrays.stream(Source.values())
                .filter(known -> Names.of(known).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of: "
                        + Arrays.stream(Source.values()).map(Names::of).collect(Collectors.joining(", "))
                        + "; not " + text));
    }
}
