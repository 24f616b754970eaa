package org.smtpgate.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.smtpgate.app.config.ConfigFile;
import org.smtpgate.app.config.TokenSettings;
import org.smtpgate.app.config.TokenSettings.Grant;
import org.smtpgate.oauth2.RefreshTokens;
import org.smtpgate.oauth2.TokenStoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code smtpgate token store}. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = {
            "Stores a refresh token, encrypted, in the folder of its source.",
            "The token is asked for, or read as one line from standard input: never given as an argument,",
            "where every user of the machine could see it. A gateway that runs uses it from its next request on."
        },
        footer = {
            "",
            "Example:",
            "  smtpgate token store --config smtpgate.yaml --tokens office --login alice@example.com < refresh-token"
        })
final class TokenStoreCommand implements Callable<Integer> {
    /** RFC 6749 appendix A.17, and no longer than a file of the store may be. */
    private static final Pattern REFRESH_TOKEN = Pattern.compile("[\\x20-\\x7E]{1,32768}");

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration.")
    private Path config;

    @Option(
            names = {"-t", "--tokens"},
            required = true,
            paramLabel = "NAME",
            description = "The source, by its name in the section tokens.")
    private String tokens;

    @Option(
            names = {"-l", "--login"},
            required = true,
            paramLabel = "LOGIN",
            description = "Whose token it is: the login at the upstream, or the account of the source.")
    private String login;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, TokenStoreException {
        ConfigFile.Opened opened = ConfigFile.open(config, System::getenv);
        opened.check();
        TokenSettings source = opened.config().tokens().get(tokens);
        if (source == null) {
            throw wrong("there is no token source " + tokens + "; there are: "
                    + String.join(", ", opened.config().tokens().keySet()));
        }
        if (!(source.grant() instanceof Grant.RefreshToken refresh)) {
            throw wrong("the token source " + tokens + " stores none: it is not of source: refresh-token");
        }
        if (login.isEmpty()) {
            throw wrong("the login must not be empty");
        }
        source.account().filter(account -> !account.equals(login)).ifPresent(account -> {
            throw wrong("the token source " + tokens + " uses the token of " + account + " alone, for every login");
        });
        store(refresh);
        return 0;
    }

    private void store(Grant.RefreshToken refresh) throws IOException, TokenStoreException {
        String token = SecretInput.read("Refresh token: ");
        if (token == null || !REFRESH_TOKEN.matcher(token).matches()) {
            throw wrong("a refresh token is one line of printable ASCII, and not empty");
        }
        new RefreshTokens(refresh.store(), refresh.key()).write(login, token);
        spec.commandLine().getOut().println("stored in " + refresh.store());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
