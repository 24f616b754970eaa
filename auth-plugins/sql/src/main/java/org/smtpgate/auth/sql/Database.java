package org.smtpgate.auth.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.UndecidableLoginException;

/** Asks the query of each login, over a bounded pool of connections. Safe for any thread; every call blocks. */
final class Database implements UserTable {
    /** A connection that broke while it lay idle is found out sooner; what takes longer is not tried twice. */
    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(1);

    /** MariaDB's codes: illegal mix of collations of two, of three, of more; a value that is none of the column's. */
    private static final Set<Integer> COLLATIONS = Set.of(1267, 1270, 1271, 1366);

    private final ConnectionPool pool;
    private final Query query;
    private final boolean withPassword;

    /** @param withPassword whether the query must give a column {@code password} */
    Database(ConnectionPool pool, Query query, boolean withPassword) {
        this.pool = pool;
        this.query = query;
        this.withPassword = withPassword;
    }

    @Override
    public Optional<Row> ask(Map<Parameter, String> values) throws DatabaseException {
        long since = System.nanoTime();
        try {
            return askOnce(values);
        } catch (SQLException broken) {
            boolean quick = System.nanoTime() - since < WORTH_ANOTHER_TRY.toNanos();
            if (!quick || !isOfAConnection(broken)) {
                throw trouble(broken);
            }
        }
        try {
            return askOnce(values);
        } catch (SQLException again) {
            throw trouble(again);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private Optional<Row> askOnce(Map<Parameter, String> values) throws SQLException, DatabaseException {
        try (Connection connection = pool.connection();
                PreparedStatement statement = connection.prepareStatement(query.sql())) {
            int position = 0;
            for (Parameter parameter : query.parameters()) {
                statement.setString(++position, values.get(parameter));
            }
            statement.setMaxRows(2);
            try (ResultSet result = statement.executeQuery()) {
                return theOneRow(result);
            }
        }
    }

    private Optional<Row> theOneRow(ResultSet result) throws SQLException, DatabaseException {
        if (withPassword && !Row.hasPassword(result.getMetaData())) {
            throw new DatabaseException("the query gives no column named password");
        }
        if (!result.next()) {
            return Optional.empty();
        }
        Row row = Row.read(result);
        if (result.next()) {
            throw new UndecidableLoginException("the query gives more than one row for one login");
        }
        return Optional.of(row);
    }

    /** @throws UndecidableLoginException where it is the login, and not the database, that is the trouble */
    private static DatabaseException trouble(SQLException failure) {
        DatabaseException trouble = DatabaseException.of(failure);
        if (isOfAValue(failure)) {
            throw new UndecidableLoginException(trouble.getMessage());
        }
        return trouble;
    }

    /**
     * Cardinality and data exceptions, such as a character that the database has no place for; MariaDB says of these that
     * collations cannot be mixed.
     */
    private static boolean isOfAValue(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("21") || state.startsWith("22") || COLLATIONS.contains(failure.getErrorCode());
    }

    /** Connection exceptions, and PostgreSQL's words for a server that ends. */
    private static boolean isOfAConnection(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }
}
