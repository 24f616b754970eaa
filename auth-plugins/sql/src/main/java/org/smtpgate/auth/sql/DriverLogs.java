package org.smtpgate.auth.sql;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Silences what the drivers write by themselves: servers' errors word for word, which may quote a password that a query was
 * given, and each of many attempts at a server that is away. The same comes as an exception, and is reported once.
 */
final class DriverLogs {
    // Held here: the JDK forgets the level of a logger that nobody holds.
    private static final Logger OF_POSTGRES = Logger.getLogger("org.postgresql");

    private static final String OF_MARIADB_ARE_OFF = "mariadb.logging.disable";

    private DriverLogs() {}

    /** To be called before a driver is asked for anything. */
    static void silence() {
        OF_POSTGRES.setLevel(Level.OFF);
        System.setProperty(OF_MARIADB_ARE_OFF, "true");
    }
}
