package org.smtpgate.auth.certificate;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What makes a login of a certificate.
 *
 * @param domains those that a name may be of; empty for any
 * @param pattern has to fit the whole name
 */
record Rule(NameSource from, Set<String> domains, Pattern pattern, Template login, Map<String, Template> attributes) {
    /** Beyond what names are. */
    private static final int NAME_LENGTH_MAX = 512;

    /**
     * The users that this rule makes of a certificate, in the order of its names.
     *
     * @throws org.smtpgate.auth.UndecidableLoginException when the pattern takes too long for one of them
     */
    List<User> users(X509Certificate certificate) {
        return from.names(certificate).stream()
                .map(this::user)
                .filter(Objects::nonNull)
                .toList();
    }

    private User user(String name) {
        boolean plain = name.length() <= NAME_LENGTH_MAX && name.chars().noneMatch(Character::isISOControl);
        if (!plain || !domains.isEmpty() && !domains.contains(from.domain(name))) {
            return null;
        }
        Matcher matcher = pattern.matcher(new BoundedText(name, pattern));
        if (!matcher.matches()) {
            return null;
        }
        String subject = login.of(matcher);
        if (subject.isEmpty()) {
            return null;
        }
        JsonObject said = new JsonObject();
        attributes.forEach((attribute, template) -> said.put(attribute, template.of(matcher)));
        User user = User.fromName(subject);
        user.attributes().mergeIn(said);
        return user;
    }
}
