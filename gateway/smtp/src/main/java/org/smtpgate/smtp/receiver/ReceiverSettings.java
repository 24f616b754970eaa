package org.smtpgate.smtp.receiver;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;

/**
 * What a {@link ReceiverSession} is to do.
 *
 * @param startTls whether STARTTLS is offered
 * @param tlsRequired whether mail is taken on encrypted connections only
 * @param mechanisms the SASL mechanisms to offer on the connection as it is; none turns AUTH off. Asked at each EHLO and AUTH
 * @param authRequired whether MAIL needs a login
 * @param authWithoutTls whether AUTH is offered and taken on an unencrypted connection
 * @param upstream what every upstream that may get the mail offers; asked at each EHLO
 * @param closeWith221 the endings that say 221 in place of 421
 */
public record ReceiverSettings(
        Limits limits,
        boolean startTls,
        boolean tlsRequired,
        Supplier<List<String>> mechanisms,
        boolean authRequired,
        boolean authWithoutTls,
        BareNewline bareNewline,
        Supplier<Capabilities> upstream,
        Set<Ending> closeWith221) {}
