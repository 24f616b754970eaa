package org.smtpgate.smtp.wire;

import java.util.Locale;
import java.util.Set;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Fault;
import org.smtpgate.smtp.Digits;
import org.smtpgate.smtp.Verb;

/** Understands a command line (RFC 5321 section 4.1.1). A function of the line alone. */
public final class CommandParser {
    /** Those with which a request may have a body, and in it commands. */
    private static final Set<String> HTTP_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private CommandParser() {}

    /**
     * @param line without its CRLF, one character an octet
     * @return a command, {@link Command.Invalid} included; never null
     */
    public static Command parse(String line) {
        if (hasControlCharacter(line)) {
            return invalid(Fault.CONTROL_CHARACTER);
        }
        String text = line.stripTrailing();
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        String rest = space < 0 ? "" : text.substring(space + 1).strip();
        Verb verb = verbOf(word);
        if (verb == null) {
            boolean http = HTTP_METHODS.contains(word.toUpperCase(Locale.ROOT));
            return invalid(http ? Fault.HTTP_REQUEST : Fault.UNKNOWN_COMMAND);
        }
        return switch (verb) {
            case EHLO -> rest.isEmpty() ? invalid(Fault.EHLO_SYNTAX) : new Command.Ehlo(rest);
            case HELO -> rest.isEmpty() ? invalid(Fault.EHLO_SYNTAX) : new Command.Helo(rest);
            case MAIL, RCPT -> MailParser.parse(verb, rest);
            case AUTH -> auth(rest);
            case BDAT -> bdat(rest);
            case DATA, RSET, QUIT, STARTTLS ->
                rest.isEmpty() ? new Command.Plain(verb) : invalid(Fault.NO_ARGUMENT_ALLOWED);
            case NOOP, VRFY, EXPN, HELP -> new Command.Plain(verb);
        };
    }

    static Command invalid(Fault fault) {
        return new Command.Invalid(fault);
    }

    static Command invalid(Fault fault, String subject) {
        return new Command.Invalid(fault, subject);
    }

    private static boolean hasControlCharacter(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7F) {
                return true;
            }
        }
        return false;
    }

    private static Verb verbOf(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "EHLO" -> Verb.EHLO;
            case "HELO" -> Verb.HELO;
            case "STARTTLS" -> Verb.STARTTLS;
            case "AUTH" -> Verb.AUTH;
            case "MAIL" -> Verb.MAIL;
            case "RCPT" -> Verb.RCPT;
            case "DATA" -> Verb.DATA;
            case "BDAT" -> Verb.BDAT;
            case "RSET" -> Verb.RSET;
            case "NOOP" -> Verb.NOOP;
            case "VRFY" -> Verb.VRFY;
            case "EXPN" -> Verb.EXPN;
            case "HELP" -> Verb.HELP;
            case "QUIT" -> Verb.QUIT;
            default -> null;
        };
    }

    private static Command auth(String rest) {
        String[] words = rest.split(" ", -1);
        if (words[0].isEmpty() || words.length > 2) {
            return invalid(Fault.AUTH_SYNTAX);
        }
        return new Command.Auth(words[0].toUpperCase(Locale.ROOT), words.length == 2 ? words[1] : null);
    }

    private static Command bdat(String rest) {
        String[] words = rest.split(" +");
        boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
        long size = Digits.number(words[0]);
        boolean valid = size >= 0 && (words.length == 1 || last);
        return valid ? new Command.Bdat(size, last) : invalid(Fault.BDAT_SYNTAX);
    }
}
