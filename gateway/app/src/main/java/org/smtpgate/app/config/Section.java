package org.smtpgate.app.config;

import static org.smtpgate.app.config.YamlFile.lineOf;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of the file, read key by key. What is wrong is noted, and reading goes on with the default, so that one
 * run finds every mistake; {@link #end()} finds the keys that nobody asked for.
 */
final class Section {
    /** Nothing that could end a line or a word of a reply; address literals have brackets. */
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9._-]+|\\[[A-Za-z0-9.:]+]");

    private final Reading reading;
    private final String path;
    private final int line;

    /** Null for a section that is not in the file, of which every key has its default. */
    private final Node tree;

    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** Whether the file has something else in its place, which was noted: then no key of it is missed. */
    private final boolean mistaken;

    /**
     * What all sections of one file share.
     *
     * @param folder what relative paths are relative to
     */
    record Reading(Problems problems, Environment environment, Path folder) {}

    static Section root(Reading reading, MappingNode node) {
        return new Section(reading, "", 1, node);
    }

    private Section(Reading reading, String path, int line, Node node) {
        this.reading = reading;
        this.path = path;
        this.line = line;
        this.tree = node;
        this.mistaken = node != null && !(node instanceof MappingNode);
        if (mistaken) {
            reading.problems().add(line, path, "must be a section with keys of its own, not " + kind(node));
        } else if (node instanceof MappingNode mapping) {
            take(mapping);
        }
    }

    private void take(MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                reading.problems().add(lineOf(tuple.getKeyNode()), path, "a key must be a single word");
                continue;
            }
            String key = scalar.getValue();
            if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
                reading.problems()
                        .add(lineOf(tuple.getKeyNode()), at(key), "this key is given twice; leave one of them");
            }
        }
    }

    /** The keys that are in the file. */
    Set<String> keys() {
        return values.keySet();
    }

    /** How many of the keys are in the file. */
    int count(String... keys) {
        return (int) Stream.of(keys).filter(values::containsKey).count();
    }

    /** Whether the file has something else in the place of a section. */
    boolean isMistaken() {
        return mistaken;
    }

    /**
     * Notes a mistake at a key, or at the section as a whole when the key is not there.
     *
     * @param key may lead into sections and lists within, such as {@code rules[3].login}; empty for the section as a whole
     */
    void problem(String key, String message) {
        Node found = NodePath.follow(tree, key);
        reading.problems().add(found == tree ? line : lineOf(found), key.isEmpty() ? path : at(key), message);
    }

    /** Notes at a key what stops nobody. */
    void warning(String key, String message) {
        reading.problems().warn(lineOf(values.get(key)), at(key), message);
    }

    // Values

    String text(String key, String otherwise) {
        return value(key, otherwise, Function.identity());
    }

    /** @param example a value that would be right */
    String requiredText(String key, String example) {
        require(key, example);
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

    Duration duration(String key, Duration otherwise) {
        return value(key, otherwise, Quantities::duration);
    }

    /** Zero stands for {@code off}. */
    Duration durationOrOff(String key, Duration otherwise) {
        return value(key, otherwise, text -> text.equals("off") ? Duration.ZERO : Quantities.duration(text));
    }

    HostAndPort address(String key, HostAndPort otherwise) {
        return value(key, otherwise, HostAndPort::parse);
    }

    /** A path, absolute; null when there is none. */
    Path file(String key) {
        return value(key, null, text -> {
            try {
                return reading.folder().resolve(text).normalize();
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("must be the path of a file, not " + text, e);
            }
        });
    }

    /** A name of a machine, as it is said in greetings and EHLO. */
    String domain(String key, Supplier<String> otherwise) {
        String domain = value(key, "", text -> {
            if (!DOMAIN.matcher(text).matches()) {
                throw new IllegalArgumentException("must be a host name, such as mail.example.org, not " + text);
            }
            return text;
        });
        return domain.isEmpty() ? otherwise.get() : domain;
    }

    /** One of an enum's constants, by names that the configuration uses. */
    <E extends Enum<E>> E choice(String key, E otherwise, Function<E, String> name) {
        List<E> constants = List.of(otherwise.getDeclaringClass().getEnumConstants());
        return value(
                key,
                otherwise,
                text -> constants.stream()
                        .filter(constant -> name.apply(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("must be one of: "
                                + constants.stream().map(name).collect(Collectors.joining(", ")) + "; not " + text)));
    }

    List<String> texts(String key) {
        return list(key, Function.identity());
    }

    /** The items of a list that are right. */
    <T> List<T> list(String key, Function<String, T> parse) {
        List<T> parsed = new ArrayList<>();
        int index = 0;
        for (Node item : items(key)) {
            single(at(key) + "[" + index++ + "]", item, parse).ifPresent(parsed::add);
        }
        return parsed;
    }

    /** Those items of a list that are right, which may be sections instead of values. */
    <T> List<T> list(String key, Function<String, T> parse, Function<Section, T> read) {
        List<T> parsed = new ArrayList<>();
        int index = 0;
        for (Node item : items(key)) {
            String place = at(key) + "[" + index++ + "]";
            if (item instanceof MappingNode) {
                parsed.add(read.apply(new Section(reading, place, lineOf(item), item)));
            } else {
                single(place, item, parse).ifPresent(parsed::add);
            }
        }
        return parsed;
    }

    /** The items of a list that are right, which may be written without a list if there is one. */
    <T> List<T> oneOrMore(String key, Function<String, T> parse) {
        known.add(key);
        Node node = values.get(key);
        if (node instanceof ScalarNode) {
            return single(at(key), node, parse).map(List::of).orElse(List.of());
        }
        if (isEmptyList(key)) {
            problem(key, "needs at least one value; leave the key out if it does not matter");
        }
        return list(key, parse);
    }

    boolean isEmptyList(String key) {
        return values.get(key) instanceof SequenceNode sequence
                && sequence.getValue().isEmpty();
    }

    // Sections

    /** The section of that name; one without keys when it is not there. */
    Section section(String key) {
        known.add(key);
        Node node = values.get(key);
        return new Section(reading, at(key), node == null ? line : lineOf(node), node);
    }

    /** The sections of a list. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (Node item : items(key)) {
            sections.add(new Section(reading, at(key) + "[" + sections.size() + "]", lineOf(item), item));
        }
        return sections;
    }

    /** All keys and values, for a plugin to judge. */
    Map<String, Object> everythingBut(Set<String> excluded) {
        known.addAll(values.keySet());
        Map<String, Object> all = new LinkedHashMap<>();
        values.forEach((key, node) -> {
            if (!excluded.contains(key)) {
                all.put(key, plain(at(key), node));
            }
        });
        return all;
    }

    private Object plain(String place, Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(item -> plain(place, item)).toList();
        }
        if (node instanceof MappingNode) {
            return new Section(reading, place, lineOf(node), node).everythingBut(Set.of());
        }
        return single(place, node, Function.identity()).orElse("");
    }

    /** @param example a value that would be right */
    void require(String key, String example) {
        known.add(key);
        if (!values.containsKey(key) && !mistaken) {
            problem(key, "is missing; write for example " + key + ": " + example);
        }
    }

    /** Notes every key but one, which makes the others idle. */
    void noEffectBeside(String key, String message) {
        for (String idle : values.keySet()) {
            if (known.contains(idle) && !idle.equals(key)) {
                problem(idle, message);
            }
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

    /** The value of a key; the other one when it is not there, or wrong. */
    <T> T value(String key, T otherwise, Function<String, T> parse) {
        known.add(key);
        Node node = values.get(key);
        return node == null ? otherwise : single(at(key), node, parse).orElse(otherwise);
    }

    /** Empty when it is wrong, which is noted. */
    private <T> Optional<T> single(String place, Node node, Function<String, T> parse) {
        try {
            if (!(node instanceof ScalarNode scalar)) {
                throw new IllegalArgumentException("must be a single value, not " + kind(node));
            }
            String text = isNull(node) ? "" : reading.environment().resolve(scalar.getValue());
            if (text.isEmpty()) {
                throw new IllegalArgumentException("is empty; give it a value, or leave the key out");
            }
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            reading.problems().add(lineOf(node), place, e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static String kind(Node node) {
        if (node instanceof ScalarNode) {
            return isNull(node) ? "nothing" : "a single value";
        }
        return node instanceof SequenceNode ? "a list" : "a section";
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
        problem(key, "must be a list, such as [ a, b ], not " + kind(node));
        return List.of();
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
