package org.smtpgate.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.smtpgate.app.service.Service;

/**
 * {@code smtpgate run --config FILE}, and nothing else: as services start it, without the parser of command lines, whose
 * classes cannot be cached and take a fifth of the start.
 */
public final class PlainRun {
    private PlainRun() {}

    /** The configuration to run, when that is all that was asked for; anything else is for {@link SmtpgateCommand}. */
    public static Optional<Path> config(String[] arguments) {
        boolean plain = arguments.length == 3
                && arguments[0].equals("run")
                && (arguments[1].equals("--config") || arguments[1].equals("-c"))
                && !arguments[2].isEmpty()
                && !arguments[2].startsWith("-");
        return plain ? Optional.of(Path.of(arguments[2])) : Optional.empty();
    }

    /** Runs until a signal; otherwise gives the exit code, and has told why. */
    public static int execute(Path config) {
        try {
            Service.start(config).runUntilSignal();
            return 0;
        } catch (Exception e) {
            return Failures.report(e, new PrintWriter(System.err, true));
        }
    }
}
