package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What of a configuration is not shown when it is written back. */
final class Masking {
    /** In the place of a secret. */
    static final String MASK = "***";

    private static final List<String> SECRET_WORDS = List.of("password", "secret", "token", "key");

    /** Of requests, in a plugin's section: any of them may be one that lets in. */
    private static final String HEADERS = "headers";

    /** Of a plugin's section: all of its keys are paths. */
    private static final String TLS = "tls";

    /** Of a plugin's section: one of HTTP may lack its scheme. */
    private static final String URL = "url";

    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^/@:\\s]*:)[^/@\\s]+@");
    private static final Pattern QUERY_OF_HTTP =
            Pattern.compile("^(https?://[^?]*\\?).+", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern QUERY_OF_ANY_BUT_JDBC = Pattern.compile("^((?!jdbc:)[^?]*\\?).+", Pattern.DOTALL);

    private Masking() {}

    /** The value of a plugin's setting, with its secrets masked; it may be a list or a section. */
    static Object setting(Object key, Object value) {
        if (value instanceof Map<?, ?> section) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            section.forEach((inner, item) ->
                    copy.put(inner, key.equals(TLS) ? item : setting(key.equals(HEADERS) ? key : inner, item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(item -> setting(key, item)).toList();
        }
        if (key.equals(HEADERS) || isNameOfSecret(key.toString())) {
            return MASK;
        }
        String text = PASSWORD_IN_URL.matcher(value.toString()).replaceAll("$1" + MASK + "@");
        return (key.equals(URL) ? QUERY_OF_ANY_BUT_JDBC : QUERY_OF_HTTP)
                .matcher(text)
                .replaceAll("$1" + MASK);
    }

    /** Of a plugin's setting: {@code bind-password} is one, {@code bind-password-file} and {@code password-grant} are not. */
    private static boolean isNameOfSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return SECRET_WORDS.stream().anyMatch(lower::endsWith);
    }

    /** Whether a name of somebody else's choice sounds as if its value were a secret. */
    static boolean soundsSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET_WORDS.stream().anyMatch(lower::contains);
    }

    /** A URL of HTTP, in whose query the key of an API may stand. */
    static String httpUrl(String url) {
        return QUERY_OF_HTTP.matcher(url).replaceAll("$1" + MASK);
    }
}
