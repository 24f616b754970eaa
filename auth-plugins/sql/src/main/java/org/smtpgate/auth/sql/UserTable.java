package org.smtpgate.auth.sql;

import java.util.Map;
import java.util.Optional;

/** Where the users are. */
interface UserTable extends AutoCloseable {

    /**
     * The row of a login, empty when there is none. Blocks.
     *
     * @throws DatabaseException when that cannot be told of any login
     * @throws org.smtpgate.auth.UndecidableLoginException when it cannot be told of this one, or when there is more than one
     */
    Optional<Row> ask(Map<Parameter, String> values) throws DatabaseException;

    /** Blocks. */
    @Override
    void close();
}
