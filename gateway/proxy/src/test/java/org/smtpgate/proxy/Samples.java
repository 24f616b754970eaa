package org.smtpgate.proxy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;

/** Reads what Prometheus would. */
public final class Samples {
    private Samples() {}

    /**
     * The sum of some samples of the scrape; 0 when there is none.
     *
     * @param beginning of their lines: the name, and perhaps the first labels, which come in the order of the alphabet
     * @param labels what else stands in them, such as {@code outcome="failed"}
     */
    public static double sum(PrometheusMeterRegistry registry, String beginning, String... labels) {
        return registry.scrape()
                .lines()
                .filter(line ->
                        line.startsWith(beginning) && Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
