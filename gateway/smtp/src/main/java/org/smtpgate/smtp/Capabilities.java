package org.smtpgate.smtp;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a server said in its reply to EHLO: keywords, upper case, and their parameters. */
public record Capabilities(Map<String, String> keywords) {

    /** Those of a server that only knows HELO. */
    public static final Capabilities NONE = new Capabilities(Map.of());

    public Capabilities {
        keywords = Map.copyOf(keywords);
    }

    /** Reads a 250 to EHLO; its first line is the server's name. */
    public static Capabilities of(Reply ehlo) {
        Map<String, String> keywords = new HashMap<>();
        List<String> lines = ehlo.lines();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] words = line.strip().split("[ =]", 2);
            keywords.putIfAbsent(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "");
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
}
