package org.smtpgate.smtp;

/** A command line, understood. Whether it is welcome now is for the session's state to say. */
public sealed interface Command {

    Verb verb();

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

    /**
     * Begins a transaction.
     *
     * @param size the declared size in octets (RFC 1870), or -1
     * @param body the declared body type (RFC 6152), or null
     */
    record Mail(Address from, long size, Body body) implements Command {
        @Override
        public Verb verb() {
            return Verb.MAIL;
        }
    }

    /** Adds a recipient. */
    record Rcpt(Address to) implements Command {
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

    /** A line that is not a valid command, with the reply that says why. */
    record Invalid(Fault fault) implements Command {
        @Override
        public Verb verb() {
            return null;
        }
    }

    /** The value of BODY= (RFC 6152). */
    enum Body {
        SEVEN_BIT("7BIT"),
        EIGHT_BIT_MIME("8BITMIME");

        private final String keyword;

        Body(String keyword) {
            this.keyword = keyword;
        }

        public String keyword() {
            return keyword;
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
        PARAMETER_UNKNOWN,
        PARAMETER_VALUE
    }
}
