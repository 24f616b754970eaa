package org.smtpgate.app.config;

import java.util.Locale;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;

/** How enum constants are spelled in the file. */
final class Names {
    private Names() {}

    /** {@code SAY_IT} is {@code say-it}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String of(OnUpstreamClose reaction) {
        return switch (reaction) {
            case SAY_221 -> "221";
            case SAY_421 -> "421";
            case RECONNECT -> "reconnect";
        };
    }
}
