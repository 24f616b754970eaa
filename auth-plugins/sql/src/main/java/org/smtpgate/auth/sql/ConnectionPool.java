package org.smtpgate.auth.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.smtpgate.auth.sql.DatabaseUrl.Product;

/**
 * Connections to the database: bounded in number, every wait of theirs bounded, and made when they are needed, so that a
 * database that is not there yet keeps nobody from starting.
 */
final class ConnectionPool implements AutoCloseable {
    private static final String PROGRAM = "smtpgate";

    /** Longer than a client's login waits: a connection that comes too late for one serves the next. */
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(15);

    private final HikariDataSource connections;
    private final Optional<String> tlsId;

    ConnectionPool(Vertx vertx, SqlConfig config, String name) {
        DriverLogs.silence();
        boolean postgres = config.url().product() == Product.POSTGRESQL;
        tlsId = config.tls().wanted() && postgres
                ? Optional.of(PostgresTls.keep(config.tls().server().context(vertx)))
                : Optional.empty();
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setJdbcUrl(config.url().text());
        pool.setUsername(config.user());
        config.password().ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(config.connections());
        pool.setMinimumIdle(1);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(config.connectTimeout().toMillis());
        // So that after one idle connection that has died another can be tried.
        pool.setValidationTimeout(config.connectTimeout().toMillis() / 2);
        if (postgres) {
            postgres(pool, config);
        } else {
            mariadb(pool, config);
        }
        connections = new HikariDataSource(pool);
    }

    /** One that is not in use, to be closed. Blocks for as long as {@code connect-timeout}. */
    Connection connection() throws SQLException {
        return connections.getConnection();
    }

    @Override
    public void close() {
        connections.close();
        tlsId.ifPresent(PostgresTls::forget);
    }

    private void postgres(HikariConfig pool, SqlConfig config) {
        pool.setDriverClassName("org.postgresql.Driver");
        pool.addDataSourceProperty("ApplicationName", PROGRAM);
        pool.addDataSourceProperty("connectTimeout", seconds(config.connectTimeout()));
        pool.addDataSourceProperty("loginTimeout", seconds(LOGIN_TIMEOUT));
        pool.addDataSourceProperty("socketTimeout", seconds(config.queryTimeout()));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        tlsId.ifPresent(id -> {
            pool.addDataSourceProperty("sslmode", "verify-full");
            pool.addDataSourceProperty("sslfactory", PostgresTls.class.getName());
            pool.addDataSourceProperty("sslfactoryarg", id);
        });
    }

    private static void mariadb(HikariConfig pool, SqlConfig config) {
        pool.setDriverClassName("org.mariadb.jdbc.Driver");
        pool.addDataSourceProperty("connectionAttributes", "program_name:" + PROGRAM);
        pool.addDataSourceProperty(
                "connectTimeout", Long.toString(config.connectTimeout().toMillis()));
        pool.addDataSourceProperty(
                "socketTimeout", Long.toString(config.queryTimeout().toMillis()));
        // The client's own way would write the values into the query's text, where errors and logs quote them.
        pool.addDataSourceProperty("useServerPrepStmts", "true");
        if (config.tls().wanted()) {
            pool.addDataSourceProperty("sslMode", "verify-full");
            config.tls().trust().ifPresent(trust -> pool.addDataSourceProperty("serverSslCert", trust.toString()));
        }
    }

    /** The driver counts in whole ones. */
    private static String seconds(Duration duration) {
        return Long.toString((duration.toMillis() + 999) / 1000);
    }
}
