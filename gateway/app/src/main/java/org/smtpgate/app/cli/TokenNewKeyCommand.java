package org.smtpgate.app.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.smtpgate.oauth2.KeyFileException;
import org.smtpgate.oauth2.StoreKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code smtpgate token new-key}. */
@Command(
        name = "new-key",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a key to encrypt stored refresh tokens with, in a file that its owner alone can read.",
            "Never overwrites a file: without its old key, nothing that is stored can be read."
        },
        footer = {"", "Example:", "  smtpgate token new-key tokens.key"})
final class TokenNewKeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Where to write it.")
    private Path file;

    @Override
    public Integer call() throws KeyFileException {
        StoreKey.create(file);
        return 0;
    }
}
