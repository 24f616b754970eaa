package org.smtpgate.smtp;

import java.util.function.Predicate;

/**
 * The parameters of MAIL and RCPT that the gateway knows (RFC 5321 section 4.1.1.11): the command that each belongs to, the
 * extension that it is of, and how its value is spelled.
 */
public enum Parameter {
    SIZE("SIZE", Verb.MAIL, Extension.SIZE, 20, ParameterSyntax::size),
    BODY("BODY", Verb.MAIL, Extension.EIGHT_BIT_MIME, 10, ParameterSyntax::body),
    AUTH("AUTH", Verb.MAIL, Extension.AUTH, 500, ParameterSyntax::submitter),
    SMTPUTF8("SMTPUTF8", Verb.MAIL, Extension.SMTPUTF8),
    RET("RET", Verb.MAIL, Extension.DSN, 4, ParameterSyntax::ret),
    ENVID("ENVID", Verb.MAIL, Extension.DSN, 100, ParameterSyntax::xtext),
    BY("BY", Verb.MAIL, Extension.DELIVER_BY, 13, ParameterSyntax::deliverBy),
    REQUIRETLS("REQUIRETLS", Verb.MAIL, Extension.REQUIRE_TLS),
    MT_PRIORITY("MT-PRIORITY", Verb.MAIL, Extension.MT_PRIORITY, 2, ParameterSyntax::priority),
    HOLDFOR("HOLDFOR", Verb.MAIL, Extension.FUTURE_RELEASE, 9, ParameterSyntax::interval),
    HOLDUNTIL("HOLDUNTIL", Verb.MAIL, Extension.FUTURE_RELEASE, 40, ParameterSyntax::date),
    NOTIFY("NOTIFY", Verb.RCPT, Extension.DSN, 21, ParameterSyntax::notification),
    ORCPT("ORCPT", Verb.RCPT, Extension.DSN, 500, ParameterSyntax::originalRecipient);

    private final String keyword;
    private final Verb verb;
    private final Extension extension;
    private final int valueLengthMax;
    private final Predicate<String> syntax;

    /** One that is just there or not. */
    Parameter(String keyword, Verb verb, Extension extension) {
        this(keyword, verb, extension, 0, value -> false);
    }

    Parameter(String keyword, Verb verb, Extension extension, int valueLengthMax, Predicate<String> syntax) {
        this.keyword = keyword;
        this.verb = verb;
        this.extension = extension;
        this.valueLengthMax = valueLengthMax;
        this.syntax = syntax;
    }

    public String keyword() {
        return keyword;
    }

    /** The command that it belongs to. */
    public Verb verb() {
        return verb;
    }

    /** The extension that must be offered for this value to be taken. */
    public Extension extension(String value) {
        boolean binary = this == BODY && Command.Body.BINARY_MIME.keyword().equalsIgnoreCase(value);
        return binary ? Extension.BINARY_MIME : extension;
    }

    /**
     * Whether the value is spelled as it must be.
     *
     * @param value null when there is not even an equals sign
     */
    public boolean takes(String value) {
        if (valueLengthMax == 0) {
            return value == null;
        }
        return value != null && !value.isEmpty() && value.length() <= valueLengthMax && syntax.test(value);
    }

    /** Whether the value says only what holds without the parameter too. */
    public boolean saysNothing(String value) {
        return this == BODY && Command.Body.SEVEN_BIT.keyword().equalsIgnoreCase(value);
    }

    /** Whether a server that does not know the parameter misses nothing. */
    boolean mayBeLeftOut(String value) {
        return this == SIZE || this == AUTH || saysNothing(value);
    }

    /** What to call it in a reply, with the value where that matters. */
    public String name(String value) {
        return this == BODY ? spelled(Command.Body.of(value).keyword()) : keyword;
    }

    /** By how many octets it may make a command line longer. */
    public int octetsMax() {
        return 1 + keyword.length() + (valueLengthMax == 0 ? 0 : 1 + valueLengthMax);
    }

    /** As it stands in a command; the value is empty for one that has none. */
    String spelled(String value) {
        return value.isEmpty() ? keyword : keyword + "=" + value;
    }

    /** By its keyword, of which case does not matter, for a command; null if there is none. */
    public static Parameter of(Verb verb, String keyword) {
        for (Parameter parameter : values()) {
            if (parameter.verb == verb && parameter.keyword.equalsIgnoreCase(keyword)) {
                return parameter;
            }
        }
        return null;
    }
}
