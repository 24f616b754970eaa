package org.smtpgate.smtp.wire;

import java.nio.charset.StandardCharsets;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Parameters;

/**
 * Spells a command for an upstream, with just the parameters that it offered to take; whether it may be sent without the
 * others is for {@link Capabilities#lacks} to say.
 */
public final class CommandWriter {
    private CommandWriter() {}

    public static byte[] write(Command command, Capabilities offered) {
        return line(spell(command, offered));
    }

    /** A line as it is; text beyond ASCII as UTF-8. */
    public static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String spell(Command command, Capabilities offered) {
        if (command instanceof Command.Mail mail) {
            return "MAIL FROM:" + mail.from() + parameters(mail, offered);
        }
        if (command instanceof Command.Rcpt rcpt) {
            return "RCPT TO:" + rcpt.to() + parameters(rcpt, offered);
        }
        if (command instanceof Command.Bdat bdat) {
            return "BDAT " + bdat.size() + (bdat.last() ? " LAST" : "");
        }
        return command.verb().name();
    }

    private static String parameters(Command command, Capabilities offered) {
        Parameters all = command.parameters();
        Parameters taken = all;
        for (Parameter parameter : all.values().keySet()) {
            boolean known = offered.has(parameter.extension(all.value(parameter)));
            taken = known ? taken : taken.without(parameter);
        }
        return taken.toString();
    }
}
