package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.guessing.AddressRange;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.redis.RedisSettings;

/** Writes back how backends are asked, and what failed logins lead to. */
final class EffectiveLogins {
    private EffectiveLogins() {}

    static Map<String, Object> ask(BackendRules rules) {
        EffectiveSection ask = new EffectiveSection();
        if (!rules.logins().isEmpty()) {
            ask.put("logins", rules.logins().stream().map(LoginPattern::text).toList());
        }
        return ask.put("timeout", Quantities.spell(rules.timeout()))
                .put("failures", rules.breakAfter())
                .put("pause", Quantities.spell(rules.pause()))
                .put("remember-accepted", Quantities.spellOrOff(rules.cache().accepted()))
                .put("remember-refused", Quantities.spellOrOff(rules.cache().refused()))
                .put("remember-most", rules.cache().entries())
                .keys();
    }

    static Map<String, Object> failures(FailedLogins failed) {
        GuessingSettings settings = failed.settings();
        Map<String, Object> network = new LinkedHashMap<>(allowance(settings.network()));
        network.put("ipv4-prefix", settings.ipv4Prefix());
        network.put("ipv6-prefix", settings.ipv6Prefix());
        EffectiveSection section = new EffectiveSection()
                .put("per-address", allowance(settings.address()))
                .put("per-network", network)
                .put("per-login", allowance(settings.login()))
                .put("delay", Quantities.spell(settings.delay()))
                .put("longest-delay", Quantities.spell(settings.longestDelay()))
                .put(
                        "exempt",
                        settings.exempt().stream().map(AddressRange::toString).toList());
        failed.redis().ifPresent(server -> section.put("redis", redis(server)));
        return section.keys();
    }

    private static Map<String, Object> allowance(Allowance allowance) {
        return new EffectiveSection()
                .put("failures", allowance.failures())
                .put("within", Quantities.spell(allowance.within()))
                .keys();
    }

    private static Map<String, Object> redis(RedisSettings settings) {
        EffectiveSection redis = new EffectiveSection()
                .put("address", new HostAndPort(settings.host(), settings.port()).toString())
                .put("database", settings.database())
                .put("tls", settings.tls())
                .putFile("trust", settings.trust());
        if (settings.username() != null) {
            redis.put("username", settings.username());
        }
        if (settings.password() != null) {
            redis.putSecret("password");
        }
        return redis.put("prefix", settings.prefix())
                .put("timeout", Quantities.spell(settings.timeout()))
                .keys();
    }
}
