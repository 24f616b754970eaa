package org.smtpgate.auth.certificate;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Settings;

/**
 * The settings of the plugin.
 *
 * @param rules the first that fits has the login
 */
record CertificateConfig(List<Rule> rules) {
    private static final String ANYTHING = ".+";
    private static final String ALL_OF_IT = "$0";

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static CertificateConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        List<Rule> rules = new ArrayList<>();
        for (Settings rule : settings.sections("rules")) {
            rules.add(rule(rule));
        }
        settings.end();
        if (rules.isEmpty()) {
            throw settings.wrong("rules", "needs at least one rule, such as [ { from: email } ]");
        }
        return new CertificateConfig(List.copyOf(rules));
    }

    private static Rule rule(Settings settings) {
        NameSource from = settings.requiredChoice("from", NameSource.EMAIL);
        Set<String> domains = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        domains.addAll(settings.texts("domains"));
        if (!domains.isEmpty() && !from.hasDomain()) {
            throw settings.wrong("domains", "has no effect on a subject, which has no domain; leave it out");
        }
        Pattern pattern = pattern(settings);
        Template login =
                template(settings, "login", settings.optionalText("login").orElse(ALL_OF_IT), pattern);
        Map<String, Template> attributes = new LinkedHashMap<>();
        settings.textsByName("attributes")
                .forEach((name, text) -> attributes.put(name, template(settings, "attributes." + name, text, pattern)));
        settings.end();
        return new Rule(from, domains, pattern, login, attributes);
    }

    private static Pattern pattern(Settings settings) {
        try {
            return Pattern.compile(settings.optionalText("pattern").orElse(ANYTHING));
        } catch (PatternSyntaxException e) {
            throw settings.wrong("pattern", "is not a regular expression: " + e.getDescription());
        }
    }

    private static Template template(Settings settings, String key, String text, Pattern pattern) {
        try {
            return Template.of(text, pattern);
        } catch (IllegalArgumentException e) {
            throw settings.wrong(key, e.getMessage());
        }
    }
}
