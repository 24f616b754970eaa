package org.smtpgate.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code smtpgate token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        subcommands = {TokenNewKeyCommand.class, TokenStoreCommand.class},
        description = "Keeps the refresh tokens that upstreams are logged in with (source: refresh-token).",
        footer = {
            "",
            "Examples:",
            "  smtpgate token new-key tokens.key",
            "  smtpgate token store --config smtpgate.yaml --tokens office --login alice@example.com"
        })
final class TokenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Failures.WRONG;
    }
}
