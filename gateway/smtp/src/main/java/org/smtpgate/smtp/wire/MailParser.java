package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Characters;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Fault;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Parameters;
import org.smtpgate.smtp.Verb;

/**
 * The arguments of MAIL and RCPT: a path and its parameters (RFC 5321 section 4.1.2), as text: what is not ASCII must be
 * UTF-8 (RFC 6531 section 3.3), so that it is written again octet for octet as it was read.
 */
final class MailParser {
    private static final String FROM = "FROM:";
    private static final String TO = "TO:";

    /** Fit to be said in a reply. */
    private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,31}");

    private MailParser() {}

    /** @param rest what follows the verb, one character an octet */
    static Command parse(Verb verb, String rest) {
        boolean mail = verb == Verb.MAIL;
        String text = text(rest);
        if (text == null) {
            return CommandParser.invalid(Fault.NON_ASCII_ADDRESS);
        }
        PathParser path = PathParser.after(mail ? FROM : TO, text);
        if (path == null) {
            return CommandParser.invalid(mail ? Fault.MAIL_SYNTAX : Fault.RCPT_SYNTAX);
        }
        Address address = path.address();
        if (address == null || !mail && address.isNull()) {
            return CommandParser.invalid(mail ? Fault.SENDER_ADDRESS : Fault.RECIPIENT_ADDRESS);
        }
        return parameters(verb, path);
    }

    /** Null when the octets are not UTF-8. */
    private static String text(String octets) {
        if (Characters.all(octets, c -> c <= 0x7F)) {
            return octets;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static Command parameters(Verb verb, PathParser path) {
        Parameters parameters = Parameters.NONE;
        for (String word : path.parameters()) {
            int equals = word.indexOf('=');
            String keyword = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? null : word.substring(equals + 1);
            Parameter parameter = Parameter.of(verb, keyword);
            if (parameter == null) {
                return CommandParser.invalid(Fault.PARAMETER_UNKNOWN, subject(keyword));
            } else if (parameters.has(parameter)) {
                return CommandParser.invalid(Fault.PARAMETER_TWICE, parameter.keyword());
            } else if (!parameter.takes(value)) {
                return CommandParser.invalid(Fault.PARAMETER_VALUE, parameter.keyword());
            }
            parameters = parameters.with(parameter, value == null ? "" : value);
        }
        if (parameters.has(Parameter.HOLDFOR) && parameters.has(Parameter.HOLDUNTIL)) {
            return CommandParser.invalid(Fault.PARAMETER_CONFLICT, Parameter.HOLDUNTIL.keyword());
        }
        return command(verb, path.address(), parameters);
    }

    private static Command command(Verb verb, Address address, Parameters parameters) {
        if (verb == Verb.RCPT) {
            return new Command.Rcpt(address, parameters);
        }
        boolean needsUtf8 = !address.isAscii() && !parameters.has(Parameter.SMTPUTF8);
        return needsUtf8 ? CommandParser.invalid(Fault.NON_ASCII_ADDRESS) : new Command.Mail(address, parameters);
    }

    private static String subject(String keyword) {
        return KEYWORD.matcher(keyword).matches() ? keyword : null;
    }
}
