package org.smtpgate.it.monitoring;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the page on metrics and log lines promises. */
public final class MetricsPage {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern PAIR = Pattern.compile("([\\w-]+)=(?:\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");
    /** What the form of the line adds to each. */
    private static final Set<String> FRAME = Set.of("time", "level", "logger");

    private final String text;

    /** A metric as the page has it. */
    public record Metric(String kind, Set<String> labels) {}

    public MetricsPage(String text) {
        this.text = text;
    }

    /** The metrics by name. */
    public Map<String, Metric> metrics() {
        Map<String, Metric> metrics = new TreeMap<>();
        rows("| metric |").forEach(cells -> metrics.put(quoted(cells.get(0)).get(0), metric(cells)));
        return metrics;
    }

    private static Metric metric(List<String> cells) {
        return new Metric(cells.get(1), new TreeSet<>(quoted(cells.get(2))));
    }

    /** The values that a label may have. */
    public Set<String> values(String label) {
        Set<String> values = new TreeSet<>();
        String current = "";
        for (List<String> cells : rows("| label |").toList()) {
            current = cells.get(0).isEmpty() ? current : quoted(cells.get(0)).get(0);
            if (current.equals(label)) {
                values.addAll(quoted(cells.get(2)));
            }
        }
        return values;
    }

    /** The fields of a line under this heading, as the table has them. */
    public Set<String> fields(String heading) {
        return new MetricsPage(section(heading))
                .rows("| field |")
                .flatMap(cells -> quoted(cells.get(0)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The example line under this heading. */
    public String example(String heading) {
        return section(heading).split("```")[1].strip();
    }

    /** The keys of a line of log. */
    public static Set<String> keys(String line) {
        return PAIR.matcher(line)
                .results()
                .map(pair -> pair.group(1))
                .filter(key -> !FRAME.contains(key))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String section(String heading) {
        String from = text.substring(text.indexOf("### " + heading));
        int next = from.indexOf("\n### ");
        return next < 0 ? from : from.substring(0, next);
    }

    /** The rows of all tables whose head begins so, as cells. */
    private Stream<List<String>> rows(String head) {
        return Arrays.stream(text.split("\n\n"))
                .filter(block -> block.startsWith(head))
                .flatMap(table -> table.lines().skip(2))
                .map(row -> Arrays.stream(row.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList());
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
    }
}
