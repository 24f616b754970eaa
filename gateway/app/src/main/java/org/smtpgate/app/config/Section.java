package org.smtpgate.app.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One mapping of the file, read key by key. What is wrong is noted, and reading goes on with the default, so that one
 * run finds every mistake; {@link #end()} finds the keys that nobody asked for.
 */
final class Section {
    private final Reading reading;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** What all sections of one file share. */
    record Reading(Problems problems, Environment environment) {}

    /** @param node null for a section that is not in the file, of which every key has its default */
    Section(Reading reading, String path, int line, MappingNode node) {
        this.reading = reading;
        this.path = path;
        this.line = line;
        for (NodeTuple tuple : node == null ? List.<NodeTuple>of() : node.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
                reading.problems().add(lineOf(tuple.getKeyNode()), at(key), "this key is given twice");
            }
        }
    }

    String path() {
        return path;
    }

    /** The keys that are in the file. */
    Set<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Notes a mistake at a key, or at the section as a whole when the key is not there. */
    void problem(String key, String message) {
        Node node = values.get(key);
        reading.problems().add(node == null ? line : lineOf(node), key.isEmpty() ? path : at(key), message);
    }

    // Values

    String text(String key, String otherwise) {
        return value(key, otherwise, Function.identity());
    }

    String requiredText(String key) {
        require(key);
        return text(key, "");
    }

    boolean flag(String key, boolean otherwise) {
        return value(key, otherwise, text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not " + text);
        });
    }

    int number(String key, int otherwise, int least, int most) {
        return value(key, otherwise, text -> Quantities.number(text, least, most));
    }

    long size(String key, long otherwise) {
        return value(key, otherwise, Quantities::size);
    }

    java.time.Duration duration(String key, java.time.Duration otherwise) {
        return value(key, otherwise, Quantities::duration);
    }

    HostAndPort address(String key, HostAndPort otherwise) {
        return value(key, otherwise, HostAndPort::parse);
    }

    /** One of an enum's constants, by names that the configuration uses. */
    <E extends Enum<E>> E choice(String key, E otherwise, Function<E, String> name) {
        E[] constants = otherwise.getDeclaringClass().getEnumConstants();
        return value(
                key,
                otherwise,
                text -> Arrays.stream(constants)
                        .filter(constant -> name.apply(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("must be one of "
                                + Arrays.stream(constants).map(name).toList() + ", not " + text)));
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(key)) {
            if (item instanceof ScalarNode scalar) {
                texts.add(resolve(key, scalar, "", Function.identity()));
            } else {
                reading.problems().add(lineOf(item), at(key), "must be a list of names");
            }
        }
        return texts;
    }

    // Sections

    /** The section of that name; one without keys when it is not there. */
    Section section(String key) {
        known.add(key);
        Node node = values.get(key);
        if (node != null && !(node instanceof MappingNode)) {
            problem(key, "must be a section with keys of its own");
        }
        return new Section(
                reading, at(key), node == null ? line : lineOf(node), node instanceof MappingNode map ? map : null);
    }

    /** The sections of a list. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (Node item : items(key)) {
            String place = at(key) + "[" + sections.size() + "]";
            if (!(item instanceof MappingNode)) {
                reading.problems().add(lineOf(item), place, "must be a section with keys of its own");
            }
            sections.add(new Section(reading, place, lineOf(item), item instanceof MappingNode map ? map : null));
        }
        return sections;
    }

    /** All keys and values, for a plugin to judge. */
    Map<String, Object> everythingBut(String excluded) {
        known.addAll(values.keySet());
        Map<String, Object> all = new LinkedHashMap<>();
        values.forEach((key, node) -> {
            if (!key.equals(excluded)) {
                all.put(key, plain(key, node));
            }
        });
        return all;
    }

    private Object plain(String key, Node node) {
        if (node instanceof ScalarNode scalar) {
            return resolve(key, scalar, "", Function.identity());
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(item -> plain(key, item)).toList();
        }
        return new Section(reading, at(key), lineOf(node), (MappingNode) node).everythingBut("");
    }

    void require(String key) {
        if (!values.containsKey(key)) {
            known.add(key);
            problem(key, "is missing; give it a value");
        }
    }

    /** Notes every key that was not asked for. */
    void end() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                problem(key, "unknown key; known here: " + String.join(", ", known));
            }
        }
    }

    // Reading

    private <T> T value(String key, T otherwise, Function<String, T> parse) {
        known.add(key);
        Node node = values.get(key);
        if (node == null) {
            return otherwise;
        }
        if (node instanceof ScalarNode scalar) {
            return resolve(key, scalar, otherwise, parse);
        }
        problem(key, "must be a single value");
        return otherwise;
    }

    private <T> T resolve(String key, ScalarNode scalar, T otherwise, Function<String, T> parse) {
        try {
            String text = reading.environment().resolve(scalar.getValue());
            if (text.isEmpty()) {
                throw new IllegalArgumentException("is empty; give it a value, or leave it out for the default");
            }
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            reading.problems().add(lineOf(scalar), at(key), e.getMessage());
            return otherwise;
        }
    }

    private List<Node> items(String key) {
        known.add(key);
        Node node = values.get(key);
        if (node == null) {
            return List.of();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        problem(key, "must be a list");
        return List.of();
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
