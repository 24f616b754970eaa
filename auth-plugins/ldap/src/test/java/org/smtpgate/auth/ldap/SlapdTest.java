package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.testkit.auth.LogCapture;
import org.smtpgate.testkit.server.Slapd;

/** What a real slapd knows of its users, and what the backend makes of that. */
@Timeout(120)
class SlapdTest {
    private static final String PASSWORD = "correct Horse-7 battery";
    private static final int MANY = 100;

    @TempDir
    static Path serverFolder;

    private static Slapd slapd;

    @TempDir
    Path folder;

    private Logins logins;

    @BeforeAll
    static void startSlapd() {
        slapd = Slapd.in(serverFolder)
                .person(
                        "alice",
                        PASSWORD,
                        "mail: alice@example.org",
                        "mail: a.liddell@example.org",
                        "departmentNumber: 7",
                        "memberOf: cn=staff," + Slapd.GROUPS,
                        "memberOf: ou=odd," + Slapd.GROUPS)
                .person("bob", PASSWORD, "mail: shared@example.org")
                .person("carol", PASSWORD, "mail: shared@example.org")
                .person("locked", PASSWORD, "pwdAccountLockedTime: 000001010000Z")
                .person("reset", PASSWORD, "pwdReset: TRUE")
                .entry("""
                        dn: cn=named,ou=people,dc=example,dc=org
                        objectClass: inetOrgPerson
                        cn: named
                        sn: named
                        mail: named@example.org
                        userPassword: correct Horse-7 battery
                        """)
                .entry("""
                        dn: uid=keyless,ou=people,dc=example,dc=org
                        objectClass: inetOrgPerson
                        uid: keyless
                        cn: keyless
                        sn: keyless
                        """)
                .entry("""
                        dn: cn=staff,ou=groups,dc=example,dc=org
                        objectClass: groupOfNames
                        cn: staff
                        description: All staff
                        member: uid=alice,ou=people,dc=example,dc=org
                        """)
                .entry("""
                        dn: cn=others,ou=groups,dc=example,dc=org
                        objectClass: groupOfNames
                        cn: others
                        member: uid=bob,ou=people,dc=example,dc=org
                        """)
                .start();
    }

    @AfterAll
    static void stopSlapd() {
        if (slapd != null) {
            slapd.close();
        }
    }

    @BeforeEach
    void open() {
        logins = new Logins(folder);
    }

    @AfterEach
    void close() {
        logins.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "ALICE", " alice ", "alice@example.org", "A.Liddell@EXAMPLE.org"})
    void oneUserHasOneLoginHoweverItIsSpelt(String login) {
        User user = Logins.accepted(logins.backend(searching()), login, PASSWORD);

        assertThat(user.subject()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLoginIsWhatAnAttributeSays(boolean search) {
        JsonObject settings = (search ? searching() : template()).put("login-attribute", "departmentNumber");

        assertThat(Logins.accepted(logins.backend(settings), "alice", PASSWORD).subject())
                .isEqualTo("7");
    }

    @Test
    void aLoginAttributeThatIsMissingOrManyIsTheOperatorsMistake() {
        assertThat(Logins.untold(logins.backend(searching().put("login-attribute", "mail")), "alice", PASSWORD))
                .hasMessage(Slapd.dn("alice") + " has more than one mail (or it may not be read);"
                        + " login-attribute must name one with one value");
        assertThat(Logins.untold(logins.backend(searching()), "named@example.org", PASSWORD))
                .hasMessageContaining("has no uid");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attributesBecomeTheUsers(boolean search) {
        JsonObject settings = (search ? searching() : template())
                .put(
                        "attributes",
                        new JsonObject()
                                .put("department", "departmentNumber")
                                .put("addresses", "mail")
                                .put("room", "roomNumber"));

        User user = Logins.accepted(logins.backend(settings), "alice", PASSWORD);

        assertThat(user.attributes().getString("department")).isEqualTo("7");
        assertThat(user.attributes().getJsonArray("addresses"))
                .isEqualTo(new JsonArray().add("alice@example.org").add("a.liddell@example.org"));
        assertThat(user.attributes().containsKey("room")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void groupsThatTheEntryListsBecomeTheUsers(boolean search) {
        JsonObject settings =
                (search ? searching() : template()).put("groups", new JsonObject().put("member-of", "memberOf"));

        assertThat(Logins.accepted(logins.backend(settings), "alice", PASSWORD)
                        .attributes()
                        .getJsonArray("groups"))
                .containsExactlyInAnyOrder("staff", "ou=odd," + Slapd.GROUPS);
    }

    @Test
    void groupsThatAreSearchedForBecomeTheUsers() {
        JsonObject settings = searching()
                .put(
                        "groups",
                        new JsonObject()
                                .put("base", Slapd.GROUPS)
                                .put("filter", "(&(objectClass=groupOfNames)(member={dn}))")
                                .put("name", "description")
                                .put("attribute", "teams"));
        AuthBackend backend = logins.backend(settings);

        assertThat(Logins.accepted(backend, "alice", PASSWORD).attributes().getJsonArray("teams"))
                .containsExactly("All staff");
        // The group has no description, and so no name.
        assertThat(Logins.accepted(backend, "bob", PASSWORD).attributes().getJsonArray("teams"))
                .isEmpty();
    }

    /** The attribute mail has no umlauts: whoever sends one must not have the directory taken for broken. */
    @Test
    void aLoginThatNoNameCanHoldIsTheTroubleOfThatLoginAlone() {
        JsonObject settings = template().put("user-dn", "mail={login}," + Slapd.PEOPLE);

        assertThat(Logins.untold(logins.backend(settings), "j\u00fcrgen@example.org", PASSWORD))
                .isInstanceOf(UndecidableLoginException.class)
                .hasMessageContaining("(34)");
    }

    @Test
    void severalEntriesForOneLoginAreTheOperatorsMistake() {
        assertThat(Logins.untold(logins.backend(searching()), "shared@example.org", PASSWORD))
                .isInstanceOf(UndecidableLoginException.class)
                .hasMessageContaining("several entries match search.filter")
                .hasMessageContaining(Slapd.dn("bob"))
                .hasMessageContaining(Slapd.dn("carol"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAccountThatIsLockedIsRefusedAndTheLogSaysWhy(boolean search) {
        AuthBackend backend = logins.backend(search ? searching() : template());

        try (LogCapture log = LogCapture.start()) {
            Logins.refused(backend, "locked", PASSWORD);
            Logins.refused(backend, "reset", PASSWORD);
            Logins.refused(backend, "alice", "wr0ng");

            assertThat(log.text().lines().filter(line -> line.contains("is refused")))
                    .hasSize(2)
                    .anyMatch(line -> line.contains(Slapd.dn("locked")) && line.contains("account locked"))
                    .anyMatch(line -> line.contains(Slapd.dn("reset")) && line.contains("change after reset"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAccountWithoutAPasswordIsRefused(boolean search) {
        Logins.refused(logins.backend(search ? searching() : template()), "keyless", PASSWORD);
    }

    @Test
    void theGatewaysOwnWrongPasswordIsNeverTheUsers() {
        AuthBackend backend = logins.backend(searching().put("bind-password", "not " + Slapd.READER_PASSWORD));

        assertThat(Logins.untold(backend, "alice", PASSWORD)).hasMessageContaining("invalid credentials (49)");
    }

    @Test
    void aBaseThatIsNotThereIsTheOperatorsMistake() {
        JsonObject settings = searching();
        settings.getJsonObject("search").put("base", "ou=nowhere,dc=example,dc=org");

        assertThat(Logins.untold(logins.backend(settings), "alice", PASSWORD)).hasMessageContaining("(32)");
    }

    @Test
    void oneLevelDoesNotLookFurtherDown() {
        JsonObject settings = searching();
        settings.getJsonObject("search").put("base", Slapd.SUFFIX).put("scope", "one-level");

        Logins.refused(logins.backend(settings), "alice", PASSWORD);
    }

    /** Who has bound with a password: a connection is a user's or the gateway's, and no search is made on a user's. */
    @Test
    void usersNeverBindOnTheGatewaysConnections() {
        AuthBackend backend = logins.backend(searching().put("connections", 2));
        int before = slapd.log().length();
        for (int i = 0; i < 5; i++) {
            Logins.accepted(backend, "alice", PASSWORD);
            Logins.refused(backend, "bob", "wr0ng");
        }
        String log = slapd.log().substring(before);

        Set<String> own = connections(log, "BIND dn=\"" + Slapd.READER + "\" method");
        Set<String> users = connections(log, "BIND dn=\"uid=");
        assertThat(own).isNotEmpty().doesNotContainAnyElementsOf(users);
        assertThat(users).isNotEmpty();
        assertThat(connections(log, "SRCH base=\"" + Slapd.PEOPLE)).isEqualTo(own);
    }

    @Test
    void manyLoginsAtOnceShareAFewConnections() {
        AuthBackend backend = logins.backend(searching().put("connections", 3));
        int before = slapd.log().length();

        List<Future<User>> answers = IntStream.range(0, MANY)
                .mapToObj(i -> Logins.start(backend, "alice", PASSWORD))
                .toList();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(Logins.await(answer).subject()).isEqualTo("alice"));
        assertThat(connections(slapd.log().substring(before), "ACCEPT")).hasSizeBetween(2, 6);
    }

    private static Set<String> connections(String log, String what) {
        return Pattern.compile("(conn=\\d+) (?:op|fd)=\\d+ " + Pattern.quote(what))
                .matcher(log)
                .results()
                .map(MatchResult::group)
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    private static JsonObject searching() {
        return Logins.searching("ldap://localhost:" + slapd.port());
    }

    private static JsonObject template() {
        return Logins.template("ldaps://localhost:" + slapd.tlsPort());
    }
}
