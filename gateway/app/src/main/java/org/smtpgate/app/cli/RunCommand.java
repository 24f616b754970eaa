package org.smtpgate.app.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.smtpgate.app.service.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code smtpgate run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the gateway until SIGTERM, SIGINT or SIGHUP.",
            "Then it takes no more clients, lets transactions end within drain-deadline,",
            "says 421 to who is left, and exits with 0."
        },
        footer = {"", "Logs go to standard error.", "", "Example:", "  smtpgate run --config smtpgate.yaml"})
final class RunCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration.")
    private Path config;

    @Override
    public Integer call() throws Exception {
        Service.start(config).runUntilSignal();
        return 0;
    }
}
