package org.smtpgate.app.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.smtpgate.app.service.AuthPlugins;
import org.smtpgate.auth.PasswordHasher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code smtpgate hash-password}. */
@Command(
        name = "hash-password",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the hash of a password, for a password file.",
            "The password is asked for, or read as one line from standard input:",
            "never given as an argument, where every user of the machine could see it."
        },
        footer = {"", "Example:", "  smtpgate hash-password --user alice >> users.htpasswd"})
final class HashPasswordCommand implements Callable<Integer> {
    @Option(
            names = {"-s", "--scheme"},
            defaultValue = "bcrypt",
            paramLabel = "SCHEME",
            description = "How to hash; the default is ${DEFAULT-VALUE}.")
    private String scheme;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "Print a whole entry, NAME:HASH.")
    private String user;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Map<String, PasswordHasher> hashers = AuthPlugins.hashersByScheme();
        PasswordHasher hasher = hashers.get(scheme);
        if (hasher == null) {
            throw new ParameterException(
                    spec.commandLine(), "unknown scheme " + scheme + "; known: " + String.join(", ", hashers.keySet()));
        }
        if (user != null && (user.isEmpty() || user.indexOf(':') >= 0)) {
            throw new ParameterException(spec.commandLine(), "a user name must not be empty or have a colon");
        }
        String password = SecretInput.read("Password: ", "Again: ");
        if (password == null || password.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the password must not be empty");
        }
        String hash = hasher.hash(password);
        spec.commandLine().getOut().println(user == null ? hash : user + ":" + hash);
        return 0;
    }
}
