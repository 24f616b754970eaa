package org.smtpgate.smtp;

/** A command line, understood. Whether it is welcome now is for the session's state to say. */
public sealed interface Command {

    Verb verb();

    /** Those of MAIL and RCPT; none for any other. */
    default Parameters parameters() {
        return Parameters.NONE;
    }

    /** Greeting of an ESMTP client; {@code domain} is what it calls itself. */
    record Ehlo(String domain) implements Command {
        @Override
        public Verb verb() {
            return Verb.EHLO;
        }
    }

    /** Greeting of a client without ESMTP. */
    record Helo(String domain) implements Command {
        @Override
        public Verb verb() {
            return Verb.HELO;
        }
    }

    /** Begins a transaction. */
    record Mail(Address from, Parameters parameters) implements Command {

        public Mail(Address from) {
            this(from, Parameters.NONE);
        }

        @Override
        public Verb verb() {
            return Verb.MAIL;
        }

        /** The declared size in octets (RFC 1870), or -1; one that does not fit is cut down. */
        public long size() {
            String digits = parameters.value(Parameter.SIZE);
            return digits == null ? -1 : Digits.number(digits);
        }

        /** The declared body type (RFC 6152, RFC 3030), or null. */
        public Body body() {
            String value = parameters.value(Parameter.BODY);
            return value == null ? null : Body.of(value);
        }

        /** The same with another value of a parameter, or with one parameter more. */
        public Mail with(Parameter parameter, String value) {
            return new Mail(from, parameters.with(parameter, value));
        }

        public Mail without(Parameter parameter) {
            return new Mail(from, parameters.without(parameter));
        }
    }

    /** Adds a recipient. */
    record Rcpt(Address to, Parameters parameters) implements Command {

        public Rcpt(Address to) {
            this(to, Parameters.NONE);
        }

        @Override
        public Verb verb() {
            return Verb.RCPT;
        }
    }

    /**
     * Begins a login.
     *
     * @param mechanism upper case
     * @param initialResponse base64 as sent, {@code =} included, or null
     */
    record Auth(String mechanism, String initialResponse) implements Command {
        @Override
        public Verb verb() {
            return Verb.AUTH;
        }

        @Override
        public String toString() {
            return "Auth[mechanism=" + mechanism + "]";
        }
    }

    /** A chunk of content (RFC 3030), of which {@code size} octets follow the line. */
    record Bdat(long size, boolean last) implements Command {
        @Override
        public Verb verb() {
            return Verb.BDAT;
        }
    }

    /** A command whose arguments do not matter here. */
    record Plain(Verb verb) implements Command {}

    /**
     * A line that is not a valid command, with what is wrong.
     *
     * @param subject what of it is wrong, fit for a reply; null for all of it
     */
    record Invalid(Fault fault, String subject) implements Command {

        public Invalid(Fault fault) {
            this(fault, null);
        }

        @Override
        public Verb verb() {
            return null;
        }
    }

    /** The value of BODY= (RFC 6152, RFC 3030). */
    enum Body {
        SEVEN_BIT("7BIT"),
        EIGHT_BIT_MIME("8BITMIME"),
        /** Content that has no lines; only in chunks. */
        BINARY_MIME("BINARYMIME");

        private final String keyword;

        Body(String keyword) {
            this.keyword = keyword;
        }

        public String keyword() {
            return keyword;
        }

        /** Null when the word is none of them. */
        public static Body of(String word) {
            for (Body body : values()) {
                if (body.keyword.equalsIgnoreCase(word)) {
                    return body;
                }
            }
            return null;
        }
    }

    /** What can be wrong with a command line; each has its own reply in {@link Replies}. */
    enum Fault {
        UNKNOWN_COMMAND,
        /** A request of HTTP: somebody has a browser or another server talk to this port. */
        HTTP_REQUEST,
        CONTROL_CHARACTER,
        EHLO_SYNTAX,
        MAIL_SYNTAX,
        RCPT_SYNTAX,
        AUTH_SYNTAX,
        BDAT_SYNTAX,
        NO_ARGUMENT_ALLOWED,
        SENDER_ADDRESS,
        RECIPIENT_ADDRESS,
        NON_ASCII_ADDRESS,
        /** Not known for this command, or known and not offered. */
        PARAMETER_UNKNOWN,
        PARAMETER_VALUE,
        PARAMETER_TWICE,
        /** Two parameters that exclude each other. */
        PARAMETER_CONFLICT
    }
}
