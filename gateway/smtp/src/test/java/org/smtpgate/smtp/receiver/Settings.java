package org.smtpgate.smtp.receiver;

import java.util.List;
import java.util.Set;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;

/** Settings of a listener for tests: each is the usual one unless the test says otherwise. */
public final class Settings {
    public boolean startTls;
    public boolean tlsRequired;
    public List<String> mechanisms = List.of();
    public boolean authRequired;
    public boolean authWithoutTls = true;
    public BareNewline bareNewline = BareNewline.REJECT;
    public Capabilities upstream = Capabilities.ASSUMED;
    public Set<Ending> closeWith221 = Set.of();

    public int commandLine = Limits.DEFAULTS.commandLine();
    public int recipients = Limits.DEFAULTS.recipients();
    public long message = Limits.DEFAULTS.message();
    public int repliesOwed = Limits.DEFAULTS.repliesOwed();
    public int errors = Limits.DEFAULTS.errors();
    public int authFailures = Limits.DEFAULTS.authFailures();
    public long discard = Limits.DEFAULTS.discard();

    public ReceiverSettings build() {
        Limits limits = new Limits(
                commandLine,
                Limits.DEFAULTS.authLine(),
                recipients,
                message,
                repliesOwed,
                errors,
                authFailures,
                discard);
        return new ReceiverSettings(
                limits,
                startTls,
                tlsRequired,
                () -> mechanisms,
                authRequired,
                authWithoutTls,
                bareNewline,
                () -> upstream,
                closeWith221);
    }
}
