package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A section that is written back: its keys in their order, secrets masked. */
final class EffectiveSection {
    private final Map<String, Object> keys = new LinkedHashMap<>();

    EffectiveSection put(String key, Object value) {
        keys.put(key, value);
        return this;
    }

    EffectiveSection putSecret(String key) {
        return put(key, Masking.MASK);
    }

    EffectiveSection putUnlessEmpty(String key, String value) {
        return value.isEmpty() ? this : put(key, value);
    }

    /** @param file null for none */
    EffectiveSection putFile(String key, Path file) {
        return file == null ? this : put(key, file.toString());
    }

    Map<String, Object> keys() {
        return keys;
    }
}
