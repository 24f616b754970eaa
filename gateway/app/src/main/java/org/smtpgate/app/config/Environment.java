package org.smtpgate.app.config;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts environment variables into values: {@code ${NAME}} and {@code ${NAME:-default}}. */
final class Environment {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private final UnaryOperator<String> variables;

    /** @param variables gives null for a variable that is not set */
    Environment(UnaryOperator<String> variables) {
        this.variables = variables;
    }

    /** @throws IllegalArgumentException naming a variable that is not set and has no default */
    String resolve(String value) {
        Matcher reference = REFERENCE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (reference.find()) {
            String variable = variables.apply(reference.group(1));
            String text = variable != null ? variable : reference.group(2);
            if (text == null) {
                throw new IllegalArgumentException("the environment variable " + reference.group(1)
                        + " is not set; set it, or give a default: ${" + reference.group(1) + ":-default}");
            }
            reference.appendReplacement(resolved, Matcher.quoteReplacement(text));
        }
        return reference.appendTail(resolved).toString();
    }
}
