package org.smtpgate.app.config;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.smtpgate.app.config.TokenSettings.Client;
import org.smtpgate.app.config.TokenSettings.Grant;

/** Writes a token source back, secrets masked. */
final class EffectiveTokens {
    private static final String MASK = "***";

    private final Map<String, Object> section = new LinkedHashMap<>();

    private EffectiveTokens() {}

    static Map<String, Object> section(TokenSettings settings) {
        EffectiveTokens effective = new EffectiveTokens();
        effective.write(settings);
        return effective.section;
    }

    private void write(TokenSettings settings) {
        section.put("source", Names.of(settings.grant().source()));
        section.put("endpoint", withoutQuery(settings.endpoint().uri()));
        client(settings.client());
        grant(settings.grant());
        if (!settings.scope().isEmpty()) {
            section.put("scope", settings.scope());
        }
        if (!(settings.grant() instanceof Grant.ClientCredentials)) {
            section.put("account", settings.account().orElse(TokensReader.EACH_LOGIN));
            section.put("max-accounts", settings.maxAccounts());
        }
        section.put(
                "parameters",
                settings.parameters().entrySet().stream()
                        .map(parameter -> parameter.getKey() + "="
                                + (EffectiveConfig.isSecret(parameter.getKey()) ? MASK : parameter.getValue()))
                        .toList());
        if (settings.trust() != null) {
            section.put("trust", settings.trust().toString());
        }
        section.put("timeout", Quantities.spell(settings.endpoint().timeout()));
    }

    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        return uri.getRawQuery() == null ? text : text.substring(0, text.indexOf('?')) + "?" + MASK;
    }

    private void client(Client client) {
        if (client instanceof Client.Public open) {
            section.put("client-id", open.id());
        } else if (client instanceof Client.Secret secret) {
            section.put("client-id", secret.id());
            if (secret.file() == null) {
                section.put("client-secret", MASK);
            } else {
                section.put("client-secret-file", secret.file().toString());
            }
            section.put("client-authentication", Names.of(secret.method()));
        } else if (client instanceof Client.Key key) {
            section.put("client-id", key.id());
            section.put("client-key", key.file().toString());
            if (key.certificate() != null) {
                section.put("client-certificate", key.certificate().toString());
            }
            putUnlessEmpty("client-key-id", key.keyId());
            putUnlessEmpty("audience", key.audience());
        }
    }

    private void grant(Grant grant) {
        if (grant instanceof Grant.RefreshToken refresh) {
            section.put("store", refresh.store().toString());
            section.put("store-key", refresh.keyFile().toString());
        } else if (grant instanceof Grant.ServiceAccount service) {
            section.put("service-account-key", service.file().toString());
            section.put("audience", service.audience());
        }
    }

    private void putUnlessEmpty(String key, String value) {
        if (!value.isEmpty()) {
            section.put(key, value);
        }
    }
}
