package org.smtpgate.smtp;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** What a server said in its reply to EHLO: keywords, upper case, and their parameters. */
public record Capabilities(Map<String, String> keywords) {

    /** Those of a server that only knows HELO. */
    public static final Capabilities NONE = new Capabilities(Map.of());

    private static final String AUTH = Extension.AUTH.keyword();
    private static final BinaryOperator<String> FIRST = (first, again) -> first;
    /** Servers that know clients of old say {@code AUTH=LOGIN PLAIN} too, and some of them list more there. */
    private static final BinaryOperator<String> JOINED = (first, again) -> (first + " " + again).strip();

    public Capabilities {
        keywords = Map.copyOf(keywords);
    }

    /** Reads a 250 to EHLO; its first line is the server's name. */
    public static Capabilities of(Reply ehlo) {
        Map<String, String> keywords = new HashMap<>();
        List<String> lines = ehlo.lines();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] words = line.strip().split("[ =]", 2);
            String keyword = words[0].toUpperCase(Locale.ROOT);
            keywords.merge(keyword, words.length > 1 ? words[1].strip() : "", keyword.equals(AUTH) ? JOINED : FIRST);
        }
        return new Capabilities(keywords);
    }

    public boolean has(Extension extension) {
        return keywords.containsKey(extension.keyword());
    }

    /** The parameter of a keyword; empty when it has none or is not offered. */
    public String parameter(Extension extension) {
        return keywords.getOrDefault(extension.keyword(), "");
    }

    /** The SASL mechanisms offered, upper case, in the server's order. */
    public List<String> mechanisms() {
        return Stream.of(parameter(Extension.AUTH).toUpperCase(Locale.ROOT).split("[ \\t]+"))
                .filter(mechanism -> !mechanism.isEmpty())
                .distinct()
                .toList();
    }
}
