package org.smtpgate.app;

import org.smtpgate.app.cli.PlainRun;
import org.smtpgate.app.cli.SmtpgateCommand;
import org.smtpgate.app.service.Logging;

/** Where the program begins, and the only place that ends the JVM. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logging.quiet();
        System.exit(PlainRun.config(arguments)
                .map(PlainRun::execute)
                .orElseGet(() -> SmtpgateCommand.commandLine().execute(arguments)));
    }
}
