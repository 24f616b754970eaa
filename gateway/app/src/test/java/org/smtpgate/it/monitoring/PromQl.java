package org.smtpgate.it.monitoring;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The names in a well-formed expression of PromQL. Whether it is well-formed, Prometheus says.
 *
 * @param selected the metrics, each with the labels that it is selected by
 * @param grouped the labels that results are grouped or matched by
 * @param ignored the labels that are left out of that
 */
public record PromQl(Map<String, Set<String>> selected, Set<String> grouped, Set<String> ignored) {
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b(?!\\d)(\\w+)\\b(?!\\s*\\()(?:\\s*\\{([^}]*)})?", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*[=!]");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    public static PromQl of(String expression) {
        String bare =
                RANGE.matcher(STRING.matcher(expression).replaceAll("\"\"")).replaceAll("");
        Set<String> grouped = new TreeSet<>();
        Set<String> ignored = new TreeSet<>();
        GROUPING.matcher(bare).results().forEach(group -> {
            Set<String> labels = Set.of("without", "ignoring").contains(group.group(1)) ? ignored : grouped;
            Arrays.stream(group.group(2).split(",")).map(String::strip).forEach(labels::add);
        });
        Map<String, Set<String>> selected = new TreeMap<>();
        SELECTOR.matcher(GROUPING.matcher(bare).replaceAll(""))
                .results()
                .filter(found -> !OPERATORS.contains(found.group(1)))
                .forEach(found -> selected.computeIfAbsent(found.group(1), name -> new TreeSet<>())
                        .addAll(labels(found)));
        return new PromQl(selected, grouped, ignored);
    }

    private static Set<String> labels(MatchResult selector) {
        Set<String> labels = new TreeSet<>();
        if (selector.group(2) != null) {
            MATCHER.matcher(selector.group(2)).results().forEach(label -> labels.add(label.group(1)));
        }
        return labels;
    }
}
