package org.smtpgate.app.cli;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.smtpgate.app.config.EffectiveConfig;
import org.smtpgate.app.service.Assembly;
import org.smtpgate.app.service.Awaits;
import org.smtpgate.proxy.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code smtpgate check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a configuration without opening a port.",
            "Prints its settings, defaults included and secrets masked,",
            "and of a plugin's section what is written there;",
            "or every mistake with its file, line and key, and then exits with 2.",
            "Warnings go to standard error, and stop nothing."
        },
        footer = {
            "",
            "The least configuration in front of a mail server:",
            "  listeners:",
            "    - name: submission",
            "      address: 0.0.0.0:587",
            "      tls: { mode: starttls, certificate: tls.crt, key: tls.key }",
            "      auth: { backends: [ staff ] }",
            "      route: legacy",
            "  auth:",
            "    staff: { plugin: htpasswd, file: users.htpasswd }",
            "  upstreams:",
            "    legacy: { endpoints: [ 10.0.0.5:25 ] }",
            "",
            "Example:",
            "  smtpgate check --config smtpgate.yaml"
        })
final class CheckCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration.")
    private Path config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Vertx vertx = EventLoops.vertx();
        try {
            Assembly assembly = Assembly.of(vertx, config, System::getenv);
            assembly.warnings().forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
            spec.commandLine().getOut().print(EffectiveConfig.yaml(assembly.config()));
            spec.commandLine().getOut().flush();
            Awaits.result(assembly.close());
            return 0;
        } finally {
            Awaits.result(vertx.close());
        }
    }
}
