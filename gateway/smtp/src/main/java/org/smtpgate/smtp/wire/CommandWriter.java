package org.smtpgate.smtp.wire;

import java.nio.charset.StandardCharsets;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;

/** Spells a command for an upstream, with just the parameters that it offered to take. */
public final class CommandWriter {
    private CommandWriter() {}

    public static byte[] write(Command command, Capabilities offered) {
        return line(spell(command, offered));
    }

    /** A line as it is; one character an octet. */
    public static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String spell(Command command, Capabilities offered) {
        if (command instanceof Command.Ehlo ehlo) {
            return "EHLO " + ehlo.domain();
        }
        if (command instanceof Command.Helo helo) {
            return "HELO " + helo.domain();
        }
        if (command instanceof Command.Mail mail) {
            return "MAIL FROM:" + mail.from() + parameters(mail, offered);
        }
        if (command instanceof Command.Rcpt rcpt) {
            return "RCPT TO:" + rcpt.to();
        }
        return command.verb().name();
    }

    private static String parameters(Command.Mail mail, Capabilities offered) {
        StringBuilder text = new StringBuilder();
        if (mail.size() >= 0 && offered.has(Extension.SIZE)) {
            text.append(" SIZE=").append(mail.size());
        }
        if (mail.body() != null && offered.has(Extension.EIGHT_BIT_MIME)) {
            text.append(" BODY=").append(mail.body().keyword());
        }
        return text.toString();
    }
}
