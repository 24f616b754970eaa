package org.smtpgate.auth.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.ScramSha256Hasher;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.auth.LogCapture;
import org.smtpgate.testkit.database.DatabaseServer;

/** What queries can do, before real databases. */
@ParameterizedClass
@EnumSource
@Timeout(120)
class SqlBackendTest {
    private static final String SECRET = "correct Horse-7 battery";
    private static final String HASH = new BcryptHasher(4).hash(SECRET);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @Parameter
    private Databases database;

    private DatabaseServer server;
    private JsonObject settings;

    @BeforeEach
    void startDatabase() {
        server = database.shared();
        settings = Databases.settings(server);
    }

    @AfterEach
    void stopVertx() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void otherColumnsAreAttributes() {
        database.fill(server, "alice", HASH);
        query("SELECT * FROM users WHERE login = {login}");

        try (Logins logins = logins()) {
            Map<String, Object> attributes =
                    logins.accepted("alice", SECRET).attributes().getMap();
            assertThat(attributes).containsOnlyKeys("quota", "rate", "vip", "since");
            assertThat(attributes).containsEntry("quota", 5).containsEntry("vip", true);
            assertThat(attributes.get("rate")).hasToString("1.50");
            assertThat(attributes.get("since")).isEqualTo("2026-02-03");
        }
    }

    @Test
    void theColumnLoginIsTheCanonicalOne() {
        database.fill(server, "alice@example.org", HASH);
        query("SELECT login, password FROM users WHERE lower(login) = lower({login})"
                + " OR login = concat({user}, '@example.org') AND {domain} = ''"
                + " AND {listener} = 'submission' AND {address} = '192.0.2.7'");

        try (Logins logins = logins()) {
            assertThat(logins.accepted("ALICE@Example.org", SECRET).subject()).isEqualTo("alice@example.org");
            assertThat(logins.accepted("alice", SECRET).subject()).isEqualTo("alice@example.org");
            logins.refused("alice@other.example", SECRET);
        }
    }

    @Test
    void aLoginThatLooksLikeSqlIsALogin() {
        String quoted = "o'brien\" -- {login} ?";
        database.fill(server, quoted.replace("'", "''"), HASH);

        try (Logins logins = logins()) {
            assertThat(logins.accepted(quoted, SECRET).subject()).isEqualTo(quoted);
            logins.refused("' OR '1'='1", SECRET);
            logins.refused("' OR login LIKE '%", SECRET);
        }
    }

    @Test
    void whoHasNoPasswordDoesNotGetIn() {
        database.fill(server, "alice", null, "bob", "", "carol", HASH);

        try (Logins logins = logins()) {
            logins.refused("alice", SECRET);
            logins.refused("bob", SECRET);
            logins.accepted("carol", SECRET);
        }
    }

    @Test
    void aMistakeOfTheOperatorsIsNotAWrongPassword() {
        database.fill(server, "alice", HASH, "alice", HASH, "bob", "QQplain", "carol", "{NONE}QQ");

        try (Logins logins = logins()) {
            assertThat(logins.untold("alice", SECRET)).contains("more than one row");
            assertThat(logins.untold("bob", "QQplain"))
                    .contains("plain text or an unknown scheme")
                    .doesNotContain("QQ");
            assertThat(logins.untold("carol", SECRET))
                    .contains("{NONE} is not supported")
                    .doesNotContain("QQ");
        }
        query("SELECT login FROM users WHERE login = {login}");
        try (Logins logins = logins()) {
            assertThat(logins.untold("bob", SECRET)).contains("no column named password");
        }
        query("SELECT password FROM no_such_table WHERE login = {login}");
        try (Logins logins = logins()) {
            assertThat(logins.untold("bob", SECRET)).contains("SQLSTATE 42", "no_such_table");
        }
        settings.put("password", "another Secret-8");
        try (Logins logins = logins()) {
            assertThat(logins.untold("bob", SECRET)).contains("SQLSTATE 28").doesNotContain("Secret-8");
        }
    }

    /** Of each of these a stranger can know, or make one up: then the database is not to be taken for broken. */
    @Test
    void whereOneLoginIsTheTroubleTheDatabaseIsNot() {
        database.fill(server, "alice", HASH, "alice", HASH, "bob", "!");
        try (Logins logins = logins()) {
            assertUndecidable(logins, "alice");
            assertUndecidable(logins, "bob");
        }
        query(
                database == Databases.POSTGRESQL
                        ? "SELECT password FROM users WHERE quota = {login}::int"
                        : "SELECT password FROM users WHERE CONVERT(login USING latin1) = {login}");
        try (Logins logins = logins()) {
            assertUndecidable(logins, "\u0436\u0435\u043d\u0430");
        }
    }

    private static void assertUndecidable(Logins logins, String login) {
        assertThat(logins.failure(login, SECRET)).isInstanceOf(UndecidableLoginException.class);
    }

    @Test
    void whatHasNoPrefixIsOfTheDefaultScheme() {
        database.fill(server, "alice", "QQ plain", "bob", HASH);
        settings.put("default-scheme", "PLAIN");

        try (Logins logins = logins()) {
            logins.accepted("alice", "QQ plain");
            logins.refused("alice", "{PLAIN}QQ plain");
            logins.accepted("bob", SECRET);
        }
    }

    @Test
    void scramAndCramMd5AreOfferedWhereTheOperatorSaysSo() {
        database.fill(server, "alice", new ScramSha256Hasher().hash(SECRET), "tim", "{PLAIN}tanstaaftanstaaf");
        try (Logins logins = logins()) {
            assertThat(logins.backend).isNotInstanceOf(ScramKeyStore.class);
            assertThat(logins.backend.accepts()).containsExactly(CredentialKind.PASSWORD);
        }
        settings.put("scram", new JsonArray().add("SHA-256").add("SHA-1")).put("cram-md5", true);
        query("SELECT password, quota FROM users WHERE login = {login}");

        try (Logins logins = logins()) {
            assertThat(logins.backend.accepts())
                    .containsExactlyInAnyOrder(CredentialKind.PASSWORD, CredentialKind.DIGEST);
            ScramKeyStore.Entry alice = keys(logins, "SHA-256", "alice").orElseThrow();
            assertThat(alice.keys().iterations()).isEqualTo(16_384);
            assertThat(((ScramKeyStore) logins.backend).usualIterations()).isEqualTo(16_384);
            assertThat(((ScramKeyStore) logins.backend).scramHashes()).containsExactlyInAnyOrder("SHA-1", "SHA-256");
            assertThat(alice.user().attributes().getInteger("quota")).isEqualTo(5);
            assertThat(keys(logins, "SHA-1", "alice")).isEmpty();
            assertThat(keys(logins, "SHA-1", "tim").orElseThrow().keys().iterations())
                    .isEqualTo(4096);
            assertThat(((ScramKeyStore) logins.backend).usualIterations()).isEqualTo(16_384);
            assertThat(keys(logins, "SHA-256", "nobody")).isEmpty();
            logins.accepted("alice", SECRET);

            String digest = "b913a602c7eda7a495b4e6e7334d3890";
            User tim = logins.accepted(answered("tim", digest));
            assertThat(tim.attributes().getInteger("quota")).isEqualTo(5);
            logins.refused(answered("tim", digest.replace('b', 'a')));
            logins.refused(answered("alice", digest));
            logins.refused(answered("nobody", digest));
        }
    }

    @Test
    void theDatabaseMayCheckThePasswordItself() {
        database.fill(server, "alice", "aGFzaA");
        settings.remove("query");
        settings.put(
                "check", "SELECT password, quota FROM users WHERE login = {login} AND md5(password) = md5({password})");

        try (Logins logins = logins()) {
            User alice = logins.accepted("alice", "aGFzaA");
            assertThat(alice.attributes().getMap()).containsOnlyKeys("quota");
            logins.refused("alice", "other");
            logins.refused("alice", "' OR '1'='1");
            logins.refused("alice", "a\0b");
            logins.refused("nobody", "aGFzaA");
        }
    }

    /** PostgreSQL quotes the text that it could not read; MariaDB reads it. */
    @Test
    void aFailureQuotesNoPassword() {
        database.fill(server, "alice", HASH);
        settings.remove("query");
        settings.put(
                "check",
                "SELECT 1 FROM users WHERE login = {login} AND quota = "
                        + (database == Databases.POSTGRESQL
                                ? "{password}::int"
                                : "(SELECT 1 UNION SELECT {password})"));

        try (LogCapture log = LogCapture.start();
                Logins logins = logins()) {
            assertThat(logins.untold("alice", SECRET)).contains("SQLSTATE 2").doesNotContain("Horse");
            assertThat(log.text()).doesNotContain("Horse");
        }
    }

    private Logins logins() {
        return new Logins(vertx, folder, settings);
    }

    private void query(String query) {
        settings.put("query", query);
    }

    private static SubmittedDigest answered(String user, String digest) {
        return new SubmittedDigest(user, "<1896.697170952@postoffice.reston.mci.net>", digest, Logins.ORIGIN);
    }

    private static Optional<ScramKeyStore.Entry> keys(Logins logins, String hash, String user) {
        return Logins.awaited(((ScramKeyStore) logins.backend).scramKeys(hash, user, Logins.ORIGIN));
    }
}
