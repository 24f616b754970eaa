package org.smtpgate.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.app.fixture.CommandRun;
import org.smtpgate.app.fixture.ConfigFolder;

/** Every configuration that is shown anywhere passes {@code smtpgate check} as it stands. */
class ExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("deploy/examples/([a-z0-9-]+\\.yaml)");
    private static final Pattern SETTING = Pattern.compile("`([a-z-]+: [^`]+)`");
    private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(listeners:.*?)```", Pattern.DOTALL);

    @TempDir
    Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void fillTheFolder() {
        folder = ConfigFolder.in(temporary);
    }

    static List<String> examples() {
        return Checkout.yamlFiles("deploy/examples");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplePasses(String name) {
        assertPasses(Checkout.text("deploy/examples/" + name));
    }

    @Test
    void theConfigurationsOfTheReadmePass() {
        List<String> blocks = YAML_BLOCK
                .matcher(Checkout.text("README.md"))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(blocks).hasSize(1).allSatisfy(this::assertPasses);
    }

    @Test
    void theConfigurationInTheHelpOfCheckPasses() {
        String help = CommandRun.of("check", "--help").out();
        MatchResult shown = Pattern.compile("  listeners:.*(?=\n\nExample)", Pattern.DOTALL)
                .matcher(help)
                .results()
                .findFirst()
                .orElseThrow();

        assertPasses(shown.group().indent(-2));
    }

    /** Who reads what to set for a server, and takes the example beside it, finds the same numbers in both. */
    @Test
    void whatTheTableOfServersSaysOfConnectionsStandsInItsExample() {
        int compared = 0;
        for (String row : Checkout.text("gateway/docs/upstreams.md").lines().toList()) {
            Matcher example = EXAMPLE.matcher(row);
            if (row.startsWith("| **") && example.find()) {
                String connections = row.split("\\|")[2];
                String yaml = Checkout.text("deploy/examples/" + example.group(1));
                for (MatchResult setting :
                        SETTING.matcher(connections).results().toList()) {
                    compared++;
                    assertThat(yaml.lines())
                            .as("%s in %s", setting.group(1), example.group(1))
                            .anyMatch(line -> line.strip().matches(Pattern.quote(setting.group(1)) + "( +#.*)?"));
                }
            }
        }
        assertThat(compared).as("settings compared").isGreaterThanOrEqualTo(5);
    }

    private void assertPasses(String yaml) {
        Path file = folder.file("smtpgate.yaml", yaml);

        CommandRun run = CommandRun.of("check", "--config", file.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }
}
