package org.smtpgate.smtp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of one MAIL or RCPT, in their order.
 *
 * @param values as they were spelled; empty for one that has none
 */
public record Parameters(Map<Parameter, String> values) {

    public static final Parameters NONE = new Parameters(Map.of());

    public Parameters {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public boolean has(Parameter parameter) {
        return values.containsKey(parameter);
    }

    /** Null when the parameter is not there. */
    public String value(Parameter parameter) {
        return values.get(parameter);
    }

    /** The same with another value, or with one parameter more. */
    public Parameters with(Parameter parameter, String value) {
        Map<Parameter, String> changed = new LinkedHashMap<>(values);
        changed.put(parameter, value);
        return new Parameters(changed);
    }

    public Parameters without(Parameter parameter) {
        if (!has(parameter)) {
            return this;
        }
        Map<Parameter, String> changed = new LinkedHashMap<>(values);
        changed.remove(parameter);
        return new Parameters(changed);
    }

    /** As they stand in a command, each with a blank before it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((parameter, value) -> text.append(' ').append(parameter.spelled(value)));
        return text.toString();
    }
}
