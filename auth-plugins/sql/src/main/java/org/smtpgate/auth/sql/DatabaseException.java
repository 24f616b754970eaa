package org.smtpgate.auth.sql;

import java.sql.SQLException;
import java.util.regex.Pattern;

/** Why the database could not tell. Its message holds no value of a row or of a parameter. */
final class DatabaseException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The classes of SQLSTATE for connections, logins, databases, the query's text, resources and operators. */
    private static final Pattern QUOTING_NOTHING = Pattern.compile("08|28|3D|42|53|57");

    DatabaseException(String message) {
        super(message);
    }

    /**
     * What a driver says, where it speaks of connections, logins, rights, resources or the query's text. Others of its
     * messages quote values, as "invalid input syntax for type integer" does; of them the state remains.
     */
    static DatabaseException of(SQLException failure) {
        // That of the pool says that there is no connection, and its cause why.
        SQLException reason = failure.getCause() instanceof SQLException cause ? cause : failure;
        String state = String.valueOf(reason.getSQLState());
        String said = QUOTING_NOTHING.matcher(state).lookingAt() ? ": " + reason.getMessage() : "";
        return new DatabaseException("the database failed with SQLSTATE " + state + said);
    }
}
