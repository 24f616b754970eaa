package org.smtpgate.app.config;

import java.util.Set;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.identity.LoginPattern;

/** Reads one section of {@code auth}, as far as it is not its plugin's. */
final class BackendReader {
    private static final Set<String> NOT_OF_THE_PLUGIN = Set.of("plugin", "ask");
    private static final int FAILURES_MAX = 1_000;
    private static final int ENTRIES_MAX = 1_000_000;

    private BackendReader() {}

    static GatewayConfig.Backend read(Section section) {
        String plugin = section.requiredText("plugin", "htpasswd");
        BackendRules rules = rules(section.section("ask"));
        return new GatewayConfig.Backend(plugin, section.everythingBut(NOT_OF_THE_PLUGIN), rules);
    }

    private static BackendRules rules(Section ask) {
        BackendRules usual = BackendRules.DEFAULTS;
        BackendRules.CacheRules cache = usual.cache();
        BackendRules rules = new BackendRules(
                ask.oneOrMore("logins", LoginPattern::new),
                ask.duration("timeout", usual.timeout()),
                ask.number("failures", usual.breakAfter(), 1, FAILURES_MAX),
                ask.duration("pause", usual.pause()),
                new BackendRules.CacheRules(
                        ask.durationOrOff("remember-accepted", cache.accepted()),
                        ask.durationOrOff("remember-refused", cache.refused()),
                        ask.number("remember-most", cache.entries(), 1, ENTRIES_MAX)));
        ask.end();
        return rules;
    }
}
