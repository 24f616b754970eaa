package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

class LdapConfigTest {
    private static final String BASE = "ou=people,dc=example,dc=org";

    @Test
    void urlsAndOneWayToTheUserAreRequiredAndNothingElse() {
        LdapConfig config = read(template());

        assertThat(config.servers()).containsExactly(new Server("ldap.example.org", 389, false));
        assertThat(config.withoutTls()).isFalse();
        assertThat(config.identity()).isNull();
        assertThat(config.profile().loginAttribute()).isEqualTo("uid");
        assertThat(config.profile().groups()).isInstanceOf(Groups.None.class);
        assertThat(config.connections()).isEqualTo(8);
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.responseTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void readsServersInTheirOrder() {
        JsonArray urls = new JsonArray()
                .add("ldaps://a.example.org")
                .add("ldap://[2001:db8::1]:1389/")
                .add("ldaps://b.example.org:1636");

        assertThat(read(template().put("urls", urls)).servers())
                .containsExactly(
                        new Server("a.example.org", 636, true),
                        new Server("2001:db8::1", 1389, false),
                        new Server("b.example.org", 1636, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldap.example.org",
                "http://ldap.example.org",
                "ldapi:///run/slapd",
                "ldap://",
                "ldap://u:p@ldap.example.org",
                "ldap://ldap.example.org/dc=example",
                "ldap://ldap.example.org?uid",
                "ldap://bad host"
            })
    void refusesUrlsThatNameNoServer(String url) {
        assertRefused(section -> section.put("urls", url), "urls");
    }

    @Test
    void refusesToDoWithoutServers() {
        assertRefused(section -> section.remove("urls"), "urls");
        assertRefused(section -> section.put("urls", new JsonArray()), "urls");
    }

    @Test
    void plainLdapMustBeSaidAndMustMeanSomething() {
        assertThat(read(template().put("allow-without-tls", true)).withoutTls()).isTrue();
        assertRefused(
                section -> section.put("allow-without-tls", true).put("urls", "ldaps://ldap.example.org"),
                "allow-without-tls");
    }

    @Test
    void thereIsOneWayToTheUser() {
        assertRefused(section -> section.remove("user-dn"), "search");
        assertRefused(section -> section.put("search", search("(uid={login})")), "search");
        assertRefused(section -> section.put("bind-dn", "cn=x").put("bind-password", "y"), "bind-dn");
    }

    @Test
    void nameAndPasswordOfTheGatewayGoTogether() {
        assertSearchRefused(section -> section.put("bind-dn", "cn=x"), "bind-password");
        assertSearchRefused(section -> section.put("bind-password", "y"), "bind-dn");
        assertSearchRefused(section -> section.put("bind-dn", "x").put("bind-password", "y"), "bind-dn");
        assertThat(read(searching().put("bind-dn", "cn=x").put("bind-password", "Zz8-hidden"))
                        .toString())
                .doesNotContain("Zz8-hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"people", "uid=alice," + BASE, "uid={name}," + BASE, "{login}=x," + BASE, "uid={dn}"})
    void refusesTemplatesThatLeadNowhere(String template) {
        assertRefused(section -> section.put("user-dn", template), "user-dn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(uid={login}", "(uid=alice)", "(uid={login}*)", "({login}=x)", "(member={dn})"})
    void refusesFiltersThatFindNobody(String filter) {
        assertSearchRefused(section -> section.put("search", search(filter)), "search.filter");
    }

    @Test
    void refusesASearchWithoutItsParts() {
        assertSearchRefused(section -> section.getJsonObject("search").remove("base"), "search.base");
        assertSearchRefused(section -> section.getJsonObject("search").remove("filter"), "search.filter");
        assertSearchRefused(section -> section.getJsonObject("search").put("scope", "base"), "search.scope");
        assertSearchRefused(section -> section.getJsonObject("search").put("size", 1), "search.size");
    }

    @Test
    void groupsAreListedOrSearchedFor() {
        assertThat(read(template().put("groups", new JsonObject().put("member-of", "memberOf")))
                        .profile()
                        .groups())
                .isEqualTo(new Groups.Listed("memberOf", "cn"));
        assertThat(read(template()
                                .put(
                                        "groups",
                                        new JsonObject()
                                                .put("base", "ou=groups")
                                                .put("filter", "(member={dn})")
                                                .put("name", "description")))
                        .profile()
                        .groups())
                .isInstanceOf(Groups.Searched.class);
        assertRefused(section -> section.put("groups", new JsonObject()), "groups.member-of");
        assertRefused(section -> section.put("groups", new JsonObject().put("base", "ou=groups")), "groups.filter");
        assertRefused(
                section -> section.put(
                        "groups", new JsonObject().put("base", "ou=groups").put("member-of", "memberOf")),
                "groups.member-of");
        assertRefused(
                section -> section.put("groups", new JsonObject().put("member-of", "memberOf"))
                        .put("attributes", new JsonObject().put("groups", "ou")),
                "attributes");
    }

    @ParameterizedTest
    @CsvSource({"connections,0", "connections,129", "connect-timeout,99ms", "response-timeout,11s", "secret,x"})
    void refusesWhatIsOutOfBoundsOrUnknown(String key, String value) {
        assertRefused(section -> section.put(key, value), key);
    }

    private static JsonObject template() {
        return new JsonObject().put("urls", "ldap://ldap.example.org").put("user-dn", "uid={login}," + BASE);
    }

    private static JsonObject searching() {
        return new JsonObject().put("urls", "ldap://ldap.example.org").put("search", search("(uid={login})"));
    }

    private static JsonObject search(String filter) {
        return new JsonObject().put("base", BASE).put("filter", filter);
    }

    private static LdapConfig read(JsonObject section) {
        return LdapConfig.from(new AuthContext(null, Path.of("/etc/smtpgate")), section);
    }

    private static void assertRefused(Consumer<JsonObject> change, String key) {
        assertRefused(template(), change, key);
    }

    private static void assertSearchRefused(Consumer<JsonObject> change, String key) {
        assertRefused(searching(), change, key);
    }

    private static void assertRefused(JsonObject section, Consumer<JsonObject> change, String key) {
        change.accept(section);
        assertThatThrownBy(() -> read(section))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }
}
