package org.smtpgate.app.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.smtpgate.app.demo.Demo;
import org.smtpgate.proxy.BindException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code smtpgate demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the gateway at work, on this machine alone: starts it with a certificate,",
            "a user and a mail server of its own, sends one message through it, and stays up",
            "for you to try your own client. Ctrl-C ends it."
        },
        footer = {
            "",
            "Examples:",
            "  smtpgate demo",
            "  smtpgate demo --once",
            "  smtpgate demo --submission-port 3587 --submissions-port 3465 --admin-port 0"
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--submission-port",
            defaultValue = "2587",
            paramLabel = "PORT",
            description = "For STARTTLS; the default is ${DEFAULT-VALUE}; 0 takes a free one.")
    private int submissionPort;

    @Option(
            names = "--submissions-port",
            defaultValue = "2465",
            paramLabel = "PORT",
            description = "For TLS from the first byte; the default is ${DEFAULT-VALUE}; 0 takes a free one.")
    private int submissionsPort;

    @Option(
            names = "--admin-port",
            defaultValue = "9587",
            paramLabel = "PORT",
            description = "For metrics; the default is ${DEFAULT-VALUE}; 0 takes a free one.")
    private int adminPort;

    @Option(names = "--once", description = "End after the one message, and leave nothing behind.")
    private boolean once;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (Demo demo = start()) {
            demo.show();
            if (!once) {
                demo.stay();
            }
        }
        return 0;
    }

    private Demo start() throws Exception {
        try {
            return Demo.start(spec.commandLine().getOut(), submissionPort, submissionsPort, adminPort);
        } catch (BindException e) {
            throw new IOException(
                    e.getMessage() + "; choose others with --submission-port, --submissions-port and --admin-port", e);
        }
    }
}
