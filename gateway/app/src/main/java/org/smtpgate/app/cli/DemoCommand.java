package org.smtpgate.app.cli;

import java.util.concurrent.Callable;
import org.smtpgate.app.demo.Demo;
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
            description = "For TLS from the first byte; the default is ${DEFAULT-VALUE}.")
    private int submissionsPort;

    @Option(
            names = "--admin-port",
            defaultValue = "9587",
            paramLabel = "PORT",
            description = "For metrics; the default is ${DEFAULT-VALUE}.")
    private int adminPort;

    @Option(names = "--once", description = "End after the one message.")
    private boolean once;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (Demo demo = new Demo(spec.commandLine().getOut(), submissionPort, submissionsPort, adminPort)) {
            demo.show();
            if (!once) {
                demo.stay();
            }
        }
        return 0;
    }
}
