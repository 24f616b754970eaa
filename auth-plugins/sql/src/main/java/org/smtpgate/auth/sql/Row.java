package org.smtpgate.auth.sql;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What the database tells of a user.
 *
 * @param password as it is stored; empty for NULL, by which nobody gets in
 * @param login the canonical one, where there is such a column
 * @param attributes the other columns, by their label
 */
record Row(Optional<String> password, Optional<String> login, JsonObject attributes) {
    private static final String PASSWORD = "password";
    private static final String LOGIN = "login";

    static Row read(ResultSet result) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        Optional<String> password = Optional.empty();
        Optional<String> login = Optional.empty();
        JsonObject attributes = new JsonObject();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            String label = columns.getColumnLabel(column);
            if (label.equalsIgnoreCase(PASSWORD)) {
                password = text(result, column);
            } else if (label.equalsIgnoreCase(LOGIN)) {
                login = text(result, column);
            } else {
                put(attributes, label, result.getObject(column));
            }
        }
        return new Row(password, login, attributes);
    }

    static boolean hasPassword(ResultSetMetaData columns) throws SQLException {
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            if (columns.getColumnLabel(column).equalsIgnoreCase(PASSWORD)) {
                return true;
            }
        }
        return false;
    }

    User user(String username) {
        User user = User.fromName(login.orElse(username));
        user.attributes().mergeIn(attributes);
        return user;
    }

    @Override
    public String toString() {
        return "Row[password=***, login=" + login + "]";
    }

    private static Optional<String> text(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getString(column)).filter(text -> !text.isBlank());
    }

    private static void put(JsonObject attributes, String label, Object value) throws SQLException {
        if (value instanceof Array array) {
            JsonArray elements = new JsonArray();
            if (array.getArray() instanceof Object[] values) {
                for (Object element : values) {
                    elements.add(scalar(element));
                }
            }
            attributes.put(label, elements);
        } else if (value != null) {
            attributes.put(label, scalar(value));
        }
    }

    /** Dates, addresses and what else a database knows are text. */
    private static Object scalar(Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
