package org.smtpgate.smtp.wire;

import java.util.Locale;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Body;
import org.smtpgate.smtp.Command.Fault;

/** The arguments of MAIL and RCPT: a path and its parameters (RFC 5321 section 4.1.2). */
final class MailParser {
    private static final String FROM = "FROM:";
    private static final String TO = "TO:";

    private MailParser() {}

    static Command mail(String rest) {
        PathParser path = PathParser.after(FROM, rest);
        if (path == null) {
            return CommandParser.invalid(Fault.MAIL_SYNTAX);
        }
        if (path.address() == null) {
            return CommandParser.invalid(path.nonAscii() ? Fault.NON_ASCII_ADDRESS : Fault.SENDER_ADDRESS);
        }
        long size = -1;
        Body body = null;
        for (String parameter : path.parameters()) {
            int equals = parameter.indexOf('=');
            String keyword = (equals < 0 ? parameter : parameter.substring(0, equals)).toUpperCase(Locale.ROOT);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            switch (keyword) {
                case "SIZE" -> {
                    size = CommandParser.number(value);
                    if (size < 0) {
                        return CommandParser.invalid(Fault.PARAMETER_VALUE);
                    }
                }
                case "BODY" -> {
                    body = body(value);
                    if (body == null) {
                        return CommandParser.invalid(Fault.PARAMETER_VALUE);
                    }
                }
                case "AUTH" -> {
                    // RFC 4954 section 5: a server that does not trust the client must take it for AUTH=<>, and the
                    // upstream would not trust us: so it ends here.
                    if (value.isEmpty()) {
                        return CommandParser.invalid(Fault.PARAMETER_VALUE);
                    }
                }
                default -> {
                    return CommandParser.invalid(Fault.PARAMETER_UNKNOWN);
                }
            }
        }
        return new Command.Mail(path.address(), size, body);
    }

    static Command rcpt(String rest) {
        PathParser path = PathParser.after(TO, rest);
        if (path == null) {
            return CommandParser.invalid(Fault.RCPT_SYNTAX);
        }
        if (path.address() == null || path.address().isNull()) {
            return CommandParser.invalid(path.nonAscii() ? Fault.NON_ASCII_ADDRESS : Fault.RECIPIENT_ADDRESS);
        }
        return path.parameters().isEmpty()
                ? new Command.Rcpt(path.address())
                : CommandParser.invalid(Fault.PARAMETER_UNKNOWN);
    }

    private static Body body(String value) {
        for (Body body : Body.values()) {
            if (body.keyword().equalsIgnoreCase(value)) {
                return body;
            }
        }
        return null;
    }
}
