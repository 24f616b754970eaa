package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a login can do to a name or a filter: nothing but to be the value in it. */
class TemplatesTest {
    private static final String DN_TEMPLATE = "uid={login},ou=people,dc=example,dc=org";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "alice,ou=admins",
                "alice+cn=root",
                " #alice ",
                "\"alice\"",
                "alice\\2c",
                "a=b",
                "<a>;b",
                "jürgen",
                "*",
                "*)(uid=*))(|(uid=*",
                "\\2a",
                "{login}",
                "{dn}",
                "$1",
                "\\"
            })
    void aLoginIsOneValueHoweverItIsSpelt(String text) throws Exception {
        Login login = Login.of(text);

        DN dn = DnTemplate.of(DN_TEMPLATE).fill(login).orElseThrow();
        assertThat(dn.getRDNs()).hasSize(4);
        assertThat(new DN(dn.toString()).getRDN().getAttributeNames()).containsExactly("uid");
        assertThat(new DN(dn.toString()).getRDN().getAttributeValues()).containsExactly(text);

        Filter filter = filled("(&(objectClass=person)(|(uid={login})(mail={login})))", login);
        Filter sent = Filter.create(filter.toString());
        assertThat(sent.getComponents()).hasSize(2);
        Filter[] either = sent.getComponents()[1].getComponents();
        assertThat(either)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.getFilterType()).isEqualTo(Filter.FILTER_TYPE_EQUALITY))
                .allSatisfy(one -> assertThat(one.getAssertionValue()).isEqualTo(text));
    }

    @Test
    void userAndDomainAreWhatTheLastAtDivides() throws Exception {
        Login login = Login.of("a@b@example.org");

        assertThat(login.fill("{user}|{domain}|{login}")).contains("a@b|example.org|a@b@example.org");
        assertThat(DnTemplate.of("uid={user},dc={domain}")
                        .fill(Login.of("anna@example.org"))
                        .orElseThrow()
                        .toString())
                .isEqualTo("uid=anna,dc=example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "@", "alice@"})
    void aLoginThatLeavesAPlaceEmptyIsNobody(String text) throws Exception {
        assertThat(DnTemplate.of("uid={user},dc={domain}").fill(Login.of(text))).isEmpty();
        assertThat(FilterTemplate.of("(&(uid={user})(dc={domain}))").fill(Login.of(text)))
                .isEmpty();
        assertThat(FilterTemplate.of("(!(dc={domain}))").fill(Login.of(text))).isEmpty();
    }

    @Test
    void theRestOfAFilterStaysAsItIs() throws Exception {
        String filter = "(&(mail=*)(cn=a*b)(!(loginDisabled=TRUE))(level>=3)(bytes=\\ff)"
                + "(memberOf:1.2.840.113556.1.4.1941:=cn=mail,dc=example)(uid={login}))";

        assertThat(filled(filter, Login.of("x"))).isEqualTo(Filter.create(filter.replace("{login}", "x")));
    }

    @Test
    void placesAreCountedWhereTheyCanBeFilled() throws Exception {
        assertThat(FilterTemplate.of("(|(uid={login})(a:caseExactMatch:={user}))")
                        .places())
                .isEqualTo(2);
        assertThat(FilterTemplate.of("(uid={login}*)").places()).isZero();
        assertThat(DnTemplate.of(DN_TEMPLATE).places()).isEqualTo(1);
    }

    private static Filter filled(String template, Login login) throws LDAPException {
        return FilterTemplate.of(template).fill(login).orElseThrow();
    }
}
