package org.smtpgate.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code smtpgate}. */
@Command(
        name = "smtpgate",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            DemoCommand.class,
            HashPasswordCommand.class,
            TokenCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        header = "An SMTP gateway in front of your mail servers: logs clients in, relays, measures.",
        footer = {
            "",
            "See it work first, then write a configuration of your own:",
            "  smtpgate demo",
            "  smtpgate hash-password --user alice >> users.htpasswd",
            "  smtpgate check --config smtpgate.yaml",
            "  smtpgate run --config smtpgate.yaml",
            "",
            "Exit codes: 0 all went well, 1 it could not start or failed, 2 wrong usage or configuration."
        })
public final class SmtpgateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** The command line, ready to execute; never ends the JVM. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new SmtpgateCommand());
        IVersionProvider version = commandLine.getCommandSpec().versionProvider();
        setVersion(commandLine, version);
        return commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> Failures.report(failure, command.getErr()));
    }

    private static void setVersion(CommandLine commandLine, IVersionProvider version) {
        commandLine.getSubcommands().values().forEach(subcommand -> {
            subcommand.getCommandSpec().versionProvider(version);
            setVersion(subcommand, version);
        });
    }

    /** Without a subcommand, the help is what is needed. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Failures.WRONG;
    }
}
