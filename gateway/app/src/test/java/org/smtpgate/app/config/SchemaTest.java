package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.app.fixture.ConfigFolder;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema that editors complete and check by says what the readers say, as far as a schema can. */
class SchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path FILE = Path.of("../docs/smtpgate.schema.json");
    private static final Path EXAMPLES = Path.of("../../deploy/examples");
    private static final Path BAD = Path.of("src/test/resources/config/bad");

    /** Mistakes of form, without those that only a whole file, its folder or its environment can show. */
    private static final Pattern OF_FORM = Pattern.compile("(key-unknown|missing|type|value|address|endpoint|admin).*");

    private static final Set<String> BEYOND_A_SCHEMA = Set.of("value-limits-contradict", "address-port-too-large");

    @TempDir
    Path temporary;

    @Test
    void everyKeyThatIsKnownIsInTheSchemaAndNoOther() throws IOException {
        Map<String, Set<String>> keys = new TreeMap<>();
        collect("", tree(), keys);

        assertThat(keys).isEqualTo(KnownKeys.bySection(temporary));
    }

    private static void collect(String section, JsonNode schema, Map<String, Set<String>> keys) {
        JsonNode properties = schema.path("properties");
        if (properties.isMissingNode()) {
            return;
        }
        Set<String> names = keys.computeIfAbsent(section, name -> new TreeSet<>());
        properties.properties().forEach(property -> {
            String path = section.isEmpty() ? property.getKey() : section + "." + property.getKey();
            names.add(property.getKey());
            collect(path, property.getValue(), keys);
            collect(path + "[]", property.getValue().path("items"), keys);
            collect(path + ".*", property.getValue().path("additionalProperties"), keys);
        });
        for (JsonNode choice : schema.path("allOf")) {
            JsonNode plugin =
                    choice.path("if").path("properties").path("plugin").path("const");
            // What has no settings of its own is not heard of in messages about them.
            Set<String> settings = new TreeSet<>();
            choice.path("then").path("properties").fieldNames().forEachRemaining(settings::add);
            settings.removeAll(Set.of("plugin", "ask"));
            if (plugin.isTextual() && !settings.isEmpty()) {
                keys.put("plugin: " + plugin.asText(), settings);
            }
        }
    }

    @Test
    void everyDefaultIsTheOneThatCounts() throws Exception {
        Map<String, Object> effective =
                Keys.of(EffectiveConfig.yaml(ConfigFolder.in(temporary).config(EffectiveConfigTest.LEAST)));
        Map<String, Object> defaults = new TreeMap<>();
        defaults("", tree(), defaults);

        assertThat(defaults).hasSizeGreaterThan(35);
        defaults.forEach((key, value) -> {
            if (effective.containsKey(key)) {
                assertThat(value.toString())
                        .as(key)
                        .isEqualTo(effective.get(key).toString());
            }
        });
    }

    private static void defaults(String path, JsonNode schema, Map<String, Object> found) {
        if (schema.has("default")) {
            JsonNode value = schema.get("default");
            found.put(path, value.isContainerNode() ? MAPPER.convertValue(value, List.class) : value.asText());
        }
        schema.path("properties").properties().forEach(property -> {
            String inner = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            defaults(inner, property.getValue(), found);
            defaults(inner + "[]", property.getValue().path("items"), found);
            defaults(inner + ".*", property.getValue().path("additionalProperties"), found);
        });
    }

    static Stream<Path> good() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyExampleIsValid(Path example) throws IOException {
        assertThat(mistakes(Files.readString(example))).isEmpty();
    }

    @Test
    void everyKeyWithAnotherValueIsValid() throws IOException {
        assertThat(mistakes(EffectiveConfigTest.MOST)).isEmpty();
    }

    static Stream<String> mistakesOfForm() throws IOException {
        try (Stream<Path> files = Files.list(BAD)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .filter(name -> OF_FORM.matcher(name).matches() && !BEYOND_A_SCHEMA.contains(name))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("mistakesOfForm")
    void everyMistakeOfFormIsFound(String name) throws IOException {
        assertThat(mistakes(Files.readString(BAD.resolve(name + ".yaml")))).isNotEmpty();
    }

    private static List<String> mistakes(String yaml) throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(tree());
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return schema.validate(MAPPER.valueToTree(loaded)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static JsonNode tree() throws IOException {
        return MAPPER.readTree(FILE.toFile());
    }
}
