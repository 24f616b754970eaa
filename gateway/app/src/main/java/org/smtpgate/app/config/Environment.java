package org.smtpgate.app.config;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables into values: {@code ${NAME}}, and {@code ${NAME:-default}} for one that is not set or, as in
 * a shell, empty. A second dollar sign in front keeps the text as it stands.
 */
final class Environment {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:\\$\\{|\\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?})?)");

    private final UnaryOperator<String> variables;

    /** @param variables gives null for a variable that is not set */
    Environment(UnaryOperator<String> variables) {
        this.variables = variables;
    }

    /** @throws IllegalArgumentException for a variable that is not set and has no default, or a reference cut short */
    String resolve(String value) {
        Matcher reference = REFERENCE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (reference.find()) {
            String text = reference.group().equals("$${") ? "${" : text(reference.group(1), reference.group(2));
            reference.appendReplacement(resolved, Matcher.quoteReplacement(text));
        }
        return reference.appendTail(resolved).toString();
    }

    private String text(String name, String otherwise) {
        if (name == null) {
            throw new IllegalArgumentException(
                    "has ${ without a variable; write ${NAME} or ${NAME:-default}, or $${ for the characters themselves");
        }
        String variable = variables.apply(name);
        if (otherwise != null) {
            return variable == null || variable.isEmpty() ? otherwise : variable;
        }
        if (variable == null) {
            throw new IllegalArgumentException("the environment variable " + name
                    + " is not set; set it, or give a default: ${" + name + ":-default}");
        }
        return variable;
    }

    /** The value that {@link #resolve} makes this text of. */
    static String escape(String text) {
        return text.replace("${", "$${");
    }
}
