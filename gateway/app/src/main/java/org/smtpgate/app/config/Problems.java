package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The mistakes of one configuration file, all of them, each with its place; and what is merely to be warned of. */
final class Problems {
    private final Path file;
    /** A set, since a section may be looked at twice. */
    private final Set<Problem> found = new LinkedHashSet<>();

    private final Set<Problem> warnings = new LinkedHashSet<>();

    private record Problem(int line, String text) {}

    Problems(Path file) {
        this.file = file;
    }

    /** @param line from 1; @param path of the key at fault, such as {@code listeners[0].tls}; may be empty */
    void add(int line, String path, String message) {
        found.add(problem(line, path, message));
    }

    /** Notes what stops nobody; with the same place as a mistake. */
    void warn(int line, String path, String message) {
        warnings.add(problem(line, path, message));
    }

    private Problem problem(int line, String path, String message) {
        String place = file.getFileName() + ":" + line + ": ";
        return new Problem(line, place + (path.isEmpty() ? "" : path + ": ") + oneLine(message));
    }

    /** Values that are quoted in messages may have line ends. */
    private static String oneLine(String message) {
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }

    boolean any() {
        return !found.isEmpty();
    }

    void throwIfAny() {
        if (any()) {
            throw new ConfigException(inOrder(found));
        }
    }

    List<String> warnings() {
        return inOrder(warnings);
    }

    private static List<String> inOrder(Set<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::text)
                .toList();
    }
}
