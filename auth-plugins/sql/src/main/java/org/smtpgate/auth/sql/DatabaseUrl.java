package org.smtpgate.auth.sql;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.mariadb.jdbc.Configuration;
import org.postgresql.Driver;
import org.smtpgate.auth.Settings;

/**
 * Where the database is, as JDBC names it.
 *
 * @param text as the driver wants it
 */
record DatabaseUrl(Product product, String text) {
    private static final String KEY = "url";
    private static final String EXAMPLE = "jdbc:postgresql://db.internal/mail";

    /** Either would show it in logs and errors. */
    private static final Pattern WITH_CREDENTIALS = Pattern.compile(
            "//[^/?]*@|[?&;](?:user|username|password|pwd|sslpassword|keyPassword|keyStorePassword)[0-9]*=",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WITH_TLS = Pattern.compile(
            "[?&;](?:ssl|useSsl|trust|serverSslCert|tls|disableSsl)[A-Za-z]*=", Pattern.CASE_INSENSITIVE);

    enum Product {
        POSTGRESQL,
        /** MySQL too: it speaks the same on the wire. */
        MARIADB
    }

    static DatabaseUrl read(Settings settings) {
        String text = settings.text(KEY, EXAMPLE);
        if (WITH_CREDENTIALS.matcher(text).find()) {
            throw settings.wrong(
                    KEY, "must hold no user and no password; they stand in user, and password or password-file");
        }
        DatabaseUrl url;
        if (text.startsWith("jdbc:postgresql:")) {
            url = new DatabaseUrl(Product.POSTGRESQL, text);
        } else if (text.startsWith("jdbc:mariadb:")) {
            url = new DatabaseUrl(Product.MARIADB, text);
        } else if (text.startsWith("jdbc:mysql:")) {
            url = new DatabaseUrl(Product.MARIADB, text.replaceFirst("jdbc:mysql:", "jdbc:mariadb:"));
        } else {
            throw settings.wrong(
                    KEY, "must begin with jdbc:postgresql://, jdbc:mariadb:// or jdbc:mysql://, such as " + EXAMPLE);
        }
        if (!url.isReadByItsDriver()) {
            throw settings.wrong(
                    KEY, "is not understood by the driver: look at host, port and parameters; such as " + EXAMPLE);
        }
        return url;
    }

    /** Else the pool of connections would find out, with an exception of no kind of its own, or each login. */
    private boolean isReadByItsDriver() {
        DriverLogs.silence();
        try {
            return product == Product.POSTGRESQL
                    ? Driver.parseURL(text, null) != null
                    : Configuration.parse(text) != null;
        } catch (SQLException unreadable) {
            return false;
        }
    }

    /** Whether its parameters say how the server is trusted. */
    boolean decidesOfTls() {
        return WITH_TLS.matcher(text).find();
    }
}
