package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The values of a configuration by their paths, such as {@code listeners[].tls.mode} and {@code upstreams.*.pooling}. */
final class Keys {
    /** Whose keys are names that the administrator chose. */
    private static final Set<String> NAMED = Set.of("auth", "tokens", "upstreams", "routes[].attribute");

    private final Map<String, Object> values = new LinkedHashMap<>();

    private Keys() {}

    static Map<String, Object> of(String yaml) {
        Keys keys = new Keys();
        keys.walk("", new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
        return keys.values;
    }

    private void walk(String path, Object value) {
        if (value instanceof Map<?, ?> section && !section.isEmpty()) {
            section.forEach((key, item) -> walk(child(path, key.toString()), item));
        } else if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map) {
            list.forEach(item -> walk(path + "[]", item));
        } else {
            values.put(path, value);
        }
    }

    private static String child(String path, String key) {
        if (path.isEmpty()) {
            return key;
        }
        return path + "." + (NAMED.contains(path) ? "*" : key);
    }
}
