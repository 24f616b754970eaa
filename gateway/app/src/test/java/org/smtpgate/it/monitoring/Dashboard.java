package org.smtpgate.it.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A dashboard of Grafana's: what its panels and its variables ask Prometheus for. */
public final class Dashboard {
    private final JsonObject json;

    /** What a panel asks for, as written: with variables. */
    public record Query(String panel, String refId, String expression) {
        /** With every listener and upstream, as Grafana puts it for All, over the time given. */
        public String over(String range) {
            return expression
                    .replace("$__rate_interval", range)
                    .replace("$__range", range)
                    .replace("$listener", ".*")
                    .replace("$upstream", ".*");
        }

        @Override
        public String toString() {
            return panel + " " + refId + ": " + expression;
        }
    }

    /** A variable whose values are those of a label. */
    public record Variable(String name, String metric, String label) {
        private static Variable of(JsonObject variable) {
            String definition = variable.getString("definition");
            String[] arguments = definition
                    .substring("label_values(".length(), definition.length() - 1)
                    .split(",\\s*");
            return new Variable(variable.getString("name"), arguments[0], arguments[1]);
        }
    }

    public Dashboard(String text) {
        json = new JsonObject(text);
    }

    public JsonObject json() {
        return json;
    }

    /** The panels that draw something: rows are left out. */
    public List<JsonObject> panels() {
        return objects(json.getJsonArray("panels"))
                .filter(panel -> !panel.getString("type").equals("row"))
                .toList();
    }

    public List<String> rows() {
        return objects(json.getJsonArray("panels"))
                .filter(panel -> panel.getString("type").equals("row"))
                .map(row -> row.getString("title"))
                .toList();
    }

    public List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonObject panel : panels()) {
            objects(panel.getJsonArray("targets"))
                    .map(target ->
                            new Query(panel.getString("title"), target.getString("refId"), target.getString("expr")))
                    .forEach(queries::add);
        }
        return queries;
    }

    /** Those that have their values from metrics. */
    public List<Variable> variables() {
        return objects(json.getJsonObject("templating").getJsonArray("list"))
                .filter(variable -> variable.getString("type").equals("query"))
                .map(Variable::of)
                .toList();
    }

    static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }
}
