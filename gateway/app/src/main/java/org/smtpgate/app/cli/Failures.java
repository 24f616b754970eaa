package org.smtpgate.app.cli;

import java.io.PrintWriter;
import org.smtpgate.app.config.ConfigException;

/** What a command that fails says, and the exit code it has. */
final class Failures {
    /** It could not start, or failed on its way. */
    private static final int FAILED = 1;
    /** The configuration, or the command line, is wrong. */
    static final int WRONG = 2;

    private Failures() {}

    static int report(Exception failure, PrintWriter error) {
        if (failure instanceof ConfigException wrong) {
            wrong.problems().forEach(error::println);
            return WRONG;
        }
        error.println("smtpgate: " + (failure.getMessage() == null ? failure : failure.getMessage()));
        return FAILED;
    }
}
