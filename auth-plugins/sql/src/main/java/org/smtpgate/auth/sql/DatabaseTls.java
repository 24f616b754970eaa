package org.smtpgate.auth.sql;

import java.nio.file.Path;
import java.util.Optional;
import org.smtpgate.auth.ServerTls;
import org.smtpgate.auth.Settings;

/**
 * How the database is trusted.
 *
 * @param wanted whether the section {@code tls} is there: certificate and name are verified then, and without TLS nothing
 *     is asked
 * @param trust the authorities, a PEM file; those of the JVM when empty
 */
record DatabaseTls(boolean wanted, Optional<Path> trust, ServerTls server) {

    static DatabaseTls read(Settings settings, DatabaseUrl url) {
        ServerTls server = ServerTls.of(settings);
        Optional<Settings> section = settings.optionalSection("tls");
        if (section.isPresent()
                && url.product() == DatabaseUrl.Product.MARIADB
                && section.get().has("certificate")) {
            throw section.get()
                    .wrong("certificate", "is for PostgreSQL alone: the driver of MariaDB takes no PEM for itself");
        }
        if (section.isPresent() && url.decidesOfTls()) {
            // What stands there would go before what the section says.
            throw settings.wrong("url", "has parameters for TLS, and so has the section tls; leave out one of them");
        }
        return new DatabaseTls(section.isPresent(), section.flatMap(tls -> tls.optionalPath("trust")), server);
    }
}
