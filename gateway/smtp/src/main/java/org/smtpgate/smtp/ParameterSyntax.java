package org.smtpgate.smtp;

import java.util.regex.Pattern;

/** How the values of parameters are spelled. Total functions; lengths are bounded before they are called. */
final class ParameterSyntax {
    /** RFC 2852 section 4: seconds, a mode, and whether a trace is wanted. */
    private static final Pattern DELIVER_BY = Pattern.compile("[+-]?[0-9]{1,9};[NnRr][Tt]?");

    /** With a mode of R the time must not be over already (RFC 2852 section 4). */
    private static final Pattern DELIVER_BY_OVER = Pattern.compile("(?:-.*|\\+?0+);[Rr].*");

    /** RFC 6710 section 3. */
    private static final Pattern PRIORITY = Pattern.compile("0|-?[1-9]");

    private static final Pattern INTERVAL = Pattern.compile("[1-9][0-9]{0,8}");

    private static final Pattern DATE = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})");

    private static final Pattern NOTIFY = Pattern.compile(
            "NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2}", Pattern.CASE_INSENSITIVE);

    private static final Pattern ADDRESS_TYPE = Pattern.compile("[A-Za-z0-9-]+");

    private ParameterSyntax() {}

    /** RFC 1870 section 4. */
    static boolean size(String value) {
        return Characters.all(value, c -> c >= '0' && c <= '9');
    }

    static boolean body(String value) {
        return Command.Body.of(value) != null;
    }

    /** RFC 4954 section 5. */
    static boolean submitter(String value) {
        return value.equals("<>") || xtext(value);
    }

    /** RFC 3461 section 4.3. */
    static boolean ret(String value) {
        return value.equalsIgnoreCase("FULL") || value.equalsIgnoreCase("HDRS");
    }

    static boolean deliverBy(String value) {
        return DELIVER_BY.matcher(value).matches()
                && !DELIVER_BY_OVER.matcher(value).matches();
    }

    static boolean priority(String value) {
        return PRIORITY.matcher(value).matches();
    }

    /** RFC 4865 section 4. */
    static boolean interval(String value) {
        return INTERVAL.matcher(value).matches();
    }

    /** RFC 4865 section 4, RFC 3339. */
    static boolean date(String value) {
        return DATE.matcher(value).matches();
    }

    /** RFC 3461 section 4.1. */
    static boolean notification(String value) {
        return NOTIFY.matcher(value).matches();
    }

    /** RFC 3461 section 4.2; beyond ASCII only the type that is made for it (RFC 6533 section 3). */
    static boolean originalRecipient(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 0) {
            return false;
        }
        String type = value.substring(0, semicolon);
        String address = value.substring(semicolon + 1);
        return ADDRESS_TYPE.matcher(type).matches() && xtext(type.equalsIgnoreCase("utf-8") ? ascii(address) : address);
    }

    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        text.chars().forEach(c -> ascii.append(c > 0x9F ? 'x' : (char) c));
        return ascii.toString();
    }

    /** RFC 3461 section 4: printable characters, and two hexadecimal digits behind a plus; of either case, for old clients. */
    static boolean xtext(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '+') {
                if (i + 2 >= value.length() || !isHex(value.charAt(++i)) || !isHex(value.charAt(++i))) {
                    return false;
                }
            } else if (c < '!' || c > '~' || c == '=') {
                return false;
            }
        }
        return !value.isEmpty();
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f';
    }
}
