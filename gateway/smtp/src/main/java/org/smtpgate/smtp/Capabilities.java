package org.smtpgate.smtp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** What is offered in a reply to EHLO: keywords, upper case, and their parameters, in their order. */
public record Capabilities(Map<String, String> keywords) {

    /** Those of a server that only knows HELO. */
    public static final Capabilities NONE = new Capabilities(Map.of());

    /** What is taken for granted of a server that nobody has asked yet. */
    public static final Capabilities ASSUMED = new Capabilities(Map.of(Extension.EIGHT_BIT_MIME.keyword(), ""));

    private static final String AUTH = Extension.AUTH.keyword();
    private static final BinaryOperator<String> FIRST = (first, again) -> first;
    /** Servers that know clients of old say {@code AUTH=LOGIN PLAIN} too, and some of them list more there. */
    private static final BinaryOperator<String> JOINED = (first, again) -> (first + " " + again).strip();

    public Capabilities {
        keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    }

    /** Reads a 250 to EHLO; its first line is the server's name. */
    public static Capabilities of(Reply ehlo) {
        Map<String, String> keywords = new LinkedHashMap<>();
        List<String> lines = ehlo.lines();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] words = line.strip().split("[ =]", 2);
            String keyword = words[0].toUpperCase(Locale.ROOT);
            keywords.merge(keyword, words.length > 1 ? words[1].strip() : "", keyword.equals(AUTH) ? JOINED : FIRST);
        }
        return new Capabilities(keywords);
    }

    /**
     * What can be said of servers of which anyone may get a message: the extensions that all of them have, each with the
     * parameter that holds for all; but a bound holds as soon as one has it. Of no server at all {@link #ASSUMED}.
     */
    public static Capabilities intersect(List<Capabilities> servers) {
        Capabilities common = null;
        for (Capabilities server : servers) {
            common = common == null ? server : common.and(server);
        }
        return common == null ? ASSUMED : common;
    }

    private Capabilities and(Capabilities other) {
        Map<String, String> common = new LinkedHashMap<>();
        for (Extension extension : Extension.values()) {
            boolean both = has(extension) && other.has(extension);
            boolean either = has(extension) || other.has(extension);
            if (both || either && extension.bounds()) {
                String parameter = extension.common(parameter(extension), other.parameter(extension));
                if (parameter != null) {
                    common.put(extension.keyword(), parameter);
                }
            }
        }
        return new Capabilities(common);
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
        return words(AUTH);
    }

    /** The parameter of a keyword as a list of words, upper case; empty when it has none or is not offered. */
    public List<String> words(String keyword) {
        return Stream.of(keywords.getOrDefault(keyword, "")
                        .toUpperCase(Locale.ROOT)
                        .split("[ \\t]+"))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    /** The largest message in octets (RFC 1870); 0 when nothing is said of it. */
    public long size() {
        return Common.number(parameter(Extension.SIZE));
    }

    /** A bound of the server; {@link ServerLimit#UNLIMITED} when it says none. */
    public long most(ServerLimit limit) {
        return limit.in(parameter(Extension.LIMITS));
    }

    /** The same with another parameter, or with a keyword more. */
    public Capabilities with(Extension extension, String parameter) {
        Map<String, String> changed = new LinkedHashMap<>(keywords);
        changed.put(extension.keyword(), parameter);
        return new Capabilities(changed);
    }

    public Capabilities without(Extension extension) {
        if (!has(extension)) {
            return this;
        }
        Map<String, String> changed = new LinkedHashMap<>(keywords);
        changed.remove(extension.keyword());
        return new Capabilities(changed);
    }

    /** The first parameter of MAIL or RCPT without which the command is not to be sent to this server; null if none. */
    public Parameter lacks(Command command) {
        Parameters parameters = command.parameters();
        for (Parameter parameter : parameters.values().keySet()) {
            String value = parameters.value(parameter);
            if (!parameter.mayBeLeftOut(value) && !has(parameter.extension(value))) {
                return parameter;
            }
        }
        return null;
    }

    /** As the lines of a reply to EHLO, without that of the name. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        keywords.forEach((keyword, parameter) -> lines.add(parameter.isEmpty() ? keyword : keyword + " " + parameter));
        return lines;
    }
}
