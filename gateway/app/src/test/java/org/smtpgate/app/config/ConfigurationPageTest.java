package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.app.fixture.CommandRun;
import org.smtpgate.app.fixture.ConfigFolder;

/** {@code gateway/docs/configuration.md} has each key that there is, no other, and the default that counts. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Path PLUGINS = Path.of("../../auth-plugins");
    private static final Pattern HEADING = Pattern.compile("##+ (?:`(.+)`|Top level)");
    private static final Pattern ROW =
            Pattern.compile("\\| `([^`]+(?:`, `[^`]+)*)` \\| [^|]+ \\|([^|]*)\\| ([^|]+) \\|");

    @TempDir
    Path temporary;

    /** A line of a table: a key with its default and its meaning. */
    private record Row(String otherwise, String meaning) {}

    @Test
    void everyKeyThatIsKnownIsOnThePageAndNoOther() throws IOException {
        Map<String, Set<String>> onThePage = new TreeMap<>();
        rows().forEach((section, rows) -> onThePage.put(section, new TreeSet<>(rows.keySet())));

        assertThat(onThePage).isEqualTo(KnownKeys.bySection(temporary));
    }

    @Test
    void everyDefaultOnThePageIsTheOneThatCounts() throws Exception {
        Map<String, Object> effective =
                Keys.of(EffectiveConfig.yaml(ConfigFolder.in(temporary).config(EffectiveConfigTest.LEAST)));
        int compared = 0;
        for (var section : rows().entrySet()) {
            for (var row : section.getValue().entrySet()) {
                String key = (section.getKey().isEmpty() ? "" : section.getKey() + ".") + row.getKey();
                String otherwise = row.getValue().otherwise();
                if (otherwise.matches("`[^`]+`") && effective.containsKey(key)) {
                    compared++;
                    assertThat(otherwise).as(key).isEqualTo("`" + effective.get(key) + "`");
                }
            }
        }
        assertThat(compared).as("defaults compared").isGreaterThan(35);
    }

    @Test
    void everyKeyHasAMeaning() throws IOException {
        assertThat(rows().values())
                .allSatisfy(rows -> assertThat(rows.values())
                        .allSatisfy(row -> assertThat(row.meaning()).endsWith(".")));
    }

    @Test
    void theExamplePasses() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        Path file =
                ConfigFolder.in(temporary).file("smtpgate.yaml", page.substring(begin, page.indexOf("```\n", begin)));

        assertThat(CommandRun.of("check", "--config", file.toString()).err()).isEmpty();
    }

    /** Of the page, and of those of the plugins, whose first table has their settings. */
    private static Map<String, Map<String, Row>> rows() throws IOException {
        Map<String, Map<String, Row>> sections = new TreeMap<>();
        read(PAGE, null, sections);
        try (Stream<Path> plugins = Files.list(PLUGINS)) {
            for (Path plugin : plugins.filter(Files::isDirectory).sorted().toList()) {
                String section = "plugin: " + plugin.getFileName();
                read(plugin.resolve("README.md"), section, sections);
            }
        }
        return sections;
    }

    private static void read(Path page, String first, Map<String, Map<String, Row>> sections) throws IOException {
        String section = first;
        boolean table = false;
        for (String line : Files.readAllLines(page)) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (first != null) {
                // The others are of sections within.
                if (table && line.isEmpty()) {
                    return;
                }
                table = table || line.startsWith("| key |");
            } else if (heading.matches()) {
                section = heading.group(1) == null ? "" : heading.group(1);
            }
            if (section != null && (first == null || table) && row.matches()) {
                for (String key : row.group(1).split("`, `")) {
                    sections.computeIfAbsent(section, name -> new LinkedHashMap<>())
                            .putIfAbsent(
                                    key.split("\\.")[0], new Row(row.group(2).strip(), row.group(3)));
                }
            }
        }
    }
}
