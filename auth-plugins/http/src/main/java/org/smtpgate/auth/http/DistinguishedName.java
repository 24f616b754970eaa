package org.smtpgate.auth.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** Distinguished names as OpenSSL, and so nginx, writes them in RFC 2253's form; Java's differ in some characters. */
final class DistinguishedName {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** OpenSSL's short names, for what Java would spell as a number. */
    private static final Map<String, String> NAMES = names();

    private final StringBuilder written = new StringBuilder();
    private boolean valueBegins;
    private boolean hex;

    private DistinguishedName() {}

    static String of(X500Principal principal) {
        return new DistinguishedName().rewrite(principal.getName(X500Principal.RFC2253, NAMES));
    }

    private String rewrite(String java) {
        boolean inValue = false;
        for (int at = 0; at < java.length(); ) {
            int point = java.codePointAt(at);
            at += Character.charCount(point);
            if (!inValue) {
                written.appendCodePoint(point);
                inValue = valueBegins = point == '=';
                hex = false;
            } else if (point == '\\') {
                escaped(java.charAt(at++));
                valueBegins = false;
            } else if (point == ',' || point == '+') {
                written.appendCodePoint(point);
                inValue = false;
            } else {
                plain(point);
                valueBegins = false;
            }
        }
        return written.toString();
    }

    /** Java escapes every equals and number sign, OpenSSL only a number sign that begins the value. */
    private void escaped(char c) {
        if (c == '=' || c == '#' && !valueBegins) {
            written.append(c);
        } else {
            written.append('\\').append(c);
        }
    }

    private void plain(int point) {
        hex |= valueBegins && point == '#';
        String character = Character.toString(point);
        if (point < ' ' || point >= 0x7f) {
            for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
                written.append('\\').append(HEX.toHexDigits(octet));
            }
        } else {
            written.append(hex ? character.toUpperCase(Locale.ROOT) : character);
        }
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        names.put("1.2.840.113549.1.9.1", "emailAddress");
        names.put("2.5.4.4", "SN");
        names.put("2.5.4.5", "serialNumber");
        names.put("2.5.4.9", "street");
        names.put("2.5.4.12", "title");
        names.put("2.5.4.13", "description");
        names.put("2.5.4.15", "businessCategory");
        names.put("2.5.4.17", "postalCode");
        names.put("2.5.4.41", "name");
        names.put("2.5.4.42", "GN");
        names.put("2.5.4.43", "initials");
        names.put("2.5.4.46", "dnQualifier");
        names.put("2.5.4.65", "pseudonym");
        names.put("2.5.4.97", "organizationIdentifier");
        names.put("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL");
        names.put("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST");
        names.put("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC");
        return Map.copyOf(names);
    }
}
