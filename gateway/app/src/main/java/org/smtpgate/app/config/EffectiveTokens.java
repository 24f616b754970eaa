package org.smtpgate.app.config;

import java.util.List;
import java.util.Map;
import org.smtpgate.app.config.TokenSettings.Source;

/** Writes a token source back, secrets masked. */
final class EffectiveTokens {
    private EffectiveTokens() {}

    static Map<String, Object> section(TokenSettings settings) {
        Source source = settings.grant().kind();
        EffectiveSection section = new EffectiveSection()
                .put("source", Names.of(source))
                .put("endpoint", Masking.httpUrl(settings.endpoint().uri().toString()));
        settings.client().describe(section);
        settings.grant().describe(section);
        section.putUnlessEmpty("scope", settings.scope());
        if (source != Source.CLIENT_CREDENTIALS) {
            section.put("account", settings.account().orElse(TokensReader.EACH_LOGIN));
            section.put("max-accounts", settings.maxAccounts());
        }
        return section.put("parameters", parameters(settings.parameters()))
                .putFile("trust", settings.trust())
                .put("timeout", Quantities.spell(settings.endpoint().timeout()))
                .keys();
    }

    private static List<String> parameters(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "="
                        + (Masking.soundsSecret(parameter.getKey()) ? Masking.MASK : parameter.getValue()))
                .toList();
    }
}
