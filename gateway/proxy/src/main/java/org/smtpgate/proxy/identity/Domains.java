package org.smtpgate.proxy.identity;

import java.net.IDN;
import java.util.Locale;

/** Domains as they are compared: without regard to case (RFC 1035 section 2.3.3), and names beyond ASCII as A-labels. */
public final class Domains {
    private Domains() {}

    public static String normal(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return lower.chars().allMatch(c -> c <= 0x7F) ? lower : ascii(lower);
    }

    /** Itself where it is no name that IDNA knows: it is then equal to itself alone. */
    private static String ascii(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return domain;
        }
    }
}
