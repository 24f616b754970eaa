package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;

/** Writes the {@code identity} section of an upstream back, without its secret. */
final class EffectiveIdentity {
    private static final String MASK = "***";

    private EffectiveIdentity() {}

    static Map<String, Object> of(UpstreamIdentity identity) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("mode", Names.of(IdentityReader.Mode.of(identity)));
        if (identity instanceof UpstreamIdentity.None) {
            return section;
        }
        if (identity.method().mechanism() != null) {
            section.put("mechanism", identity.method().mechanism());
        }
        section.put("allow-without-tls", identity.method().allowWithoutTls());
        if (identity instanceof UpstreamIdentity.Service service) {
            put(section, "username", service.username());
            proof(section, service.proof());
        } else if (identity instanceof UpstreamIdentity.Delegated delegated) {
            put(section, "username", delegated.username());
            section.put("password", MASK);
            put(section, "separator", delegated.separator());
        } else if (identity instanceof UpstreamIdentity.UserTokens users) {
            section.put("tokens", users.source());
        }
        return section;
    }

    private static void proof(Map<String, Object> section, Proof proof) {
        if (proof instanceof Proof.Password) {
            section.put("password", MASK);
        } else if (proof instanceof Proof.Tokens tokens) {
            section.put("tokens", tokens.source());
        }
    }

    private static void put(Map<String, Object> section, String key, String value) {
        if (!value.isEmpty()) {
            section.put(key, value);
        }
    }
}
