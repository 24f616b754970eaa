package org.smtpgate.proxy.routing;

import org.smtpgate.proxy.identity.Domains;
import org.smtpgate.smtp.Address;

/**
 * Which domains of addresses a rule is for: one, as {@code example.org}; all below one, as {@code *.example.org}; any, as
 * {@code *}; or that of the null reverse-path, which has none, as {@code <>}.
 */
public record DomainPattern(String text) {
    private static final String ANY = "*";
    private static final String BELOW = "*.";
    private static final String NULL_SENDER = "<>";

    /** @throws IllegalArgumentException with what is wrong, for whoever wrote it */
    public DomainPattern {
        String name = text.startsWith(BELOW) ? text.substring(BELOW.length()) : text;
        boolean special = text.equals(ANY) || text.equals(NULL_SENDER);
        if (!special && (name.isEmpty() || name.chars().anyMatch(c -> "*?@<> ".indexOf(c) >= 0))) {
            throw new IllegalArgumentException("must be a domain, such as example.org, *.example.org for all below it, "
                    + "* for any, or <> for a sender that is empty; not " + text);
        }
        text = special ? text : (text.startsWith(BELOW) ? BELOW : "") + Domains.normal(name);
    }

    public boolean matches(Address address) {
        if (address.isNull() || text.equals(NULL_SENDER)) {
            return address.isNull() && text.equals(NULL_SENDER);
        }
        String domain = Domains.normal(address.domain());
        if (text.startsWith(BELOW)) {
            return domain.length() >= text.length() && domain.endsWith(text.substring(1));
        }
        return text.equals(ANY) || text.equals(domain);
    }
}
