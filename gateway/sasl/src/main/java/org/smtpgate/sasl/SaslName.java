package org.smtpgate.sasl;

/** A name as messages with commas in them spell it: {@code saslname} (RFC 5801 section 4, RFC 5802 section 7). */
final class SaslName {
    private SaslName() {}

    /** Takes {@code =2C} for a comma and {@code =3D} for an equals sign; no other equals sign may be in it. */
    static String decode(String text) throws Malformation {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '=') {
                name.append(c);
            } else if (text.startsWith("=2C", i)) {
                name.append(',');
                i += 2;
            } else if (text.startsWith("=3D", i)) {
                name.append('=');
                i += 2;
            } else {
                throw new Malformation("equals sign in a user name that is not spelled =3D");
            }
        }
        return ClientText.name(name.toString());
    }
}
