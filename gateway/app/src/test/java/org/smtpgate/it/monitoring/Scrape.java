package org.smtpgate.it.monitoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics in Prometheus' text format. */
public final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("(?<name>\\w+)(?:\\{(?<labels>.*)})? (?<value>\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, String> kinds = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /** One series and its value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    public Scrape(String text) {
        text.lines().forEach(this::read);
    }

    private void read(String line) {
        if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ");
            kinds.put(words[2], words[3]);
        }
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches()) {
            Map<String, String> labels = new LinkedHashMap<>();
            if (sample.group("labels") != null) {
                LABEL.matcher(sample.group("labels"))
                        .results()
                        .forEach(label -> labels.put(label.group(1), label.group(2)));
            }
            samples.add(new Sample(sample.group("name"), labels, Double.parseDouble(sample.group("value"))));
        }
    }

    /** The metrics by name, each with its kind: counter, gauge, histogram, summary. */
    public Map<String, String> kinds() {
        return kinds;
    }

    public List<Sample> samples() {
        return samples;
    }

    /** The labels that a series of this name has, or a part of the histogram of this name. */
    public Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        samples.stream()
                .filter(sample -> sample.name().matches(metric + "(_bucket|_sum|_count)?"))
                .forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }

    /** The values that a label has in series whose name begins so. */
    public Set<String> values(String prefix, String label) {
        Set<String> values = new TreeSet<>();
        samples.stream()
                .filter(sample -> sample.name().startsWith(prefix))
                .filter(sample -> sample.labels().containsKey(label))
                .forEach(sample -> values.add(sample.labels().get(label)));
        return values;
    }

    /** The names of all series: those of histograms have several. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        samples.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /** The sum of the series of this name that have these labels: name, value, name, value. */
    public double sum(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && has(sample, labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static boolean has(Sample sample, String... labels) {
        for (int i = 0; i < labels.length; i += 2) {
            if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                return false;
            }
        }
        return true;
    }
}
