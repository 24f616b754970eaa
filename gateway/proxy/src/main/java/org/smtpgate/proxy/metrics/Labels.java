package org.smtpgate.proxy.metrics;

import java.util.Locale;

/** Label values: the names of our own enums, and never a client's bytes. */
final class Labels {
    private Labels() {}

    static String of(Enum<?> value) {
        String name = value.name();
        return name.startsWith("REPLY_")
                ? name.substring("REPLY_".length()).toLowerCase(Locale.ROOT)
                : name.toLowerCase(Locale.ROOT);
    }
}
