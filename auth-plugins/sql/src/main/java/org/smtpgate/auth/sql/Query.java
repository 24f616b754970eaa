package org.smtpgate.auth.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A query with its {@link Parameter}s, which are bound as values and never become part of its text.
 *
 * @param sql with a question mark for each parameter
 * @param parameters in the order of their question marks
 */
record Query(String sql, List<Parameter> parameters) {

    /** @throws IllegalArgumentException that says what is wrong with the text */
    static Query read(String text, Parameter... allowed) {
        return new Reader(text, List.of(allowed)).read();
    }

    boolean names(Parameter parameter) {
        return parameters.contains(parameter);
    }

    private static final class Reader {
        private static final char OUTSIDE = 0;

        private final String text;
        private final List<Parameter> allowed;
        private final StringBuilder sql = new StringBuilder();
        private final List<Parameter> parameters = new ArrayList<>();
        private int position;

        Reader(String text, List<Parameter> allowed) {
            this.text = text;
            this.allowed = allowed;
        }

        Query read() {
            char quote = OUTSIDE;
            while (position < text.length()) {
                char next = text.charAt(position);
                if (quote != OUTSIDE) {
                    refuseParameterInQuotes();
                    quote = next == quote ? OUTSIDE : quote;
                    take();
                } else if (next == '{') {
                    takeParameter();
                } else if (next == '?') {
                    throw new IllegalArgumentException("has a question mark; name what is meant, such as {login}");
                } else {
                    quote = "'\"`".indexOf(next) >= 0 ? next : OUTSIDE;
                    take();
                }
            }
            return new Query(sql.toString(), List.copyOf(parameters));
        }

        private void take() {
            sql.append(text.charAt(position++));
        }

        private void takeParameter() {
            Parameter parameter = parameterHere()
                    .orElseThrow(() -> new IllegalArgumentException("has a { that begins none of "
                            + allowed.stream().map(one -> "{" + one.key() + "}").collect(Collectors.joining(", "))));
            position += parameter.key().length() + 2;
            parameters.add(parameter);
            sql.append('?');
        }

        private void refuseParameterInQuotes() {
            parameterHere().ifPresent(parameter -> {
                throw new IllegalArgumentException(
                        "has {" + parameter.key() + "} in quotes; it is bound as a value: take the quotes away");
            });
        }

        private Optional<Parameter> parameterHere() {
            return Arrays.stream(Parameter.values())
                    .filter(allowed::contains)
                    .filter(parameter -> text.startsWith("{" + parameter.key() + "}", position))
                    .findFirst();
        }
    }
}
