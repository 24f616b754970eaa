package org.smtpgate.it.monitoring;

import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** One alerting rule. */
public record Alert(String name, String expression, Map<String, String> labels, Map<String, String> annotations) {

    /** The rules of a file for Prometheus. */
    public static List<Alert> in(String yaml) {
        Map<String, List<Map<String, Object>>> file = new Yaml().load(yaml);
        return file.get("groups").stream()
                .flatMap(group -> Alert.<List<Map<String, Object>>>cast(group.get("rules")).stream())
                .map(rule -> new Alert(
                        (String) rule.get("alert"),
                        (String) rule.get("expr"),
                        cast(rule.get("labels")),
                        cast(rule.get("annotations"))))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value) {
        return (T) value;
    }
}
