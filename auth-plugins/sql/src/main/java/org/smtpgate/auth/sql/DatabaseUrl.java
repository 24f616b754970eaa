package org.smtpgate.auth.sql;

import java.util.regex.Pattern;
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
        if (text.startsWith("jdbc:postgresql:")) {
            return new DatabaseUrl(Product.POSTGRESQL, text);
        }
        if (text.startsWith("jdbc:mariadb:")) {
            return new DatabaseUrl(Product.MARIADB, text);
        }
        if (text.startsWith("jdbc:mysql:")) {
            return new DatabaseUrl(Product.MARIADB, text.replaceFirst("jdbc:mysql:", "jdbc:mariadb:"));
        }
        throw settings.wrong(
                KEY, "must begin with jdbc:postgresql://, jdbc:mariadb:// or jdbc:mysql://, such as " + EXAMPLE);
    }

    /** Whether its parameters say how the server is trusted. */
    boolean decidesOfTls() {
        return WITH_TLS.matcher(text).find();
    }
}
