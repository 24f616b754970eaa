package org.smtpgate.app.config;

import java.util.Map;
import org.smtpgate.app.config.GatewayConfig.Identity.Mode;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;

/** Writes the {@code identity} section of an upstream back, without its secret. */
final class EffectiveIdentity {
    private EffectiveIdentity() {}

    static Map<String, Object> of(GatewayConfig.Upstream upstream) {
        GatewayConfig.Identity identity = upstream.identity();
        EffectiveSection section = new EffectiveSection().put("mode", Names.of(identity.mode()));
        if (identity.mode() == Mode.NONE) {
            return section.keys();
        }
        Method method = upstream.settings().identity().method();
        if (method.mechanism() != null) {
            section.put("mechanism", method.mechanism());
        }
        section.put("allow-without-tls", method.allowWithoutTls());
        section.putUnlessEmpty("username", identity.username());
        if (identity.password()) {
            section.putSecret("password");
        }
        return section.putUnlessEmpty("tokens", identity.tokens())
                .putUnlessEmpty("separator", identity.separator())
                .keys();
    }
}
