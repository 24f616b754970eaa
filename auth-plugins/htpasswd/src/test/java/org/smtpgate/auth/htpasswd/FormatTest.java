package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of Dovecot's passwd-file. */
class FormatTest {
    private static final String FIELDS = ":1000:1000:Alice, room 7:/home/alice:/bin/sh:";

    @Test
    void theLastFieldHasAttributes() throws Exception {
        Account alice = account(Entries.of("alice") + FIELDS
                + "userdb_quota_rule=*:storage=1G userdb_mail=maildir:~/Maildir  mail=mbox:x class=gold vip");

        assertThat(alice.login()).isEqualTo("alice");
        assertThat(alice.user().attributes().getMap())
                .containsAllEntriesOf(Map.of(
                        "quota_rule", "*:storage=1G",
                        "mail", "mbox:x",
                        "class", "gold",
                        "vip", "yes"));
        assertThat(alice.attributes().size()).isEqualTo(4);
    }

    @Test
    void everyFieldBehindTheHashMayBeMissing() throws Exception {
        for (String line : new String[] {"alice:{PLAIN}x", "alice:{PLAIN}x:", "alice:{PLAIN}x:1000:1000::/home"}) {
            assertThat(account(line).attributes().isEmpty()).isTrue();
        }
    }

    @Test
    void anotherLoginIsTheCanonicalOne() throws Exception {
        Users users = parsed("al:{PLAIN}secret" + FIELDS + "user=alice@example.org");

        assertThat(users.verify("al", "secret").orElseThrow().user().subject()).isEqualTo("alice@example.org");
        assertThat(users.verify("alice@example.org", "secret")).isEmpty();
    }

    @Test
    void whoMustNotLogInDoesNot() throws Exception {
        Users users = parsed("alice:{PLAIN}secret" + FIELDS + "nologin=y reason=Try");

        assertThat(users.verify("alice", "secret")).isEmpty();
        assertThat(users.account("alice")).isEmpty();
    }

    @Test
    void thePasswordForAnotherServerIsNoAttribute() throws Exception {
        assertThat(account("alice:{PLAIN}x" + FIELDS + "proxy=y pass=QQQQ")
                        .attributes()
                        .getMap())
                .containsOnlyKeys("proxy");
    }

    /** To pass over what keeps somebody out would let him in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "allow_nets=192.0.2.0/24",
                "allow_real_nets=192.0.2.0/24",
                "nopassword=y",
                "noauthenticate",
                "master=y"
            })
    void whatDecidesWhoGetsInIsRefusedWhereItIsNotObeyed(String field) {
        assertThatThrownBy(() -> parsed("alice:{PLAIN}QQQQ" + FIELDS + field))
                .hasMessageStartingWith("users:1: the extra field " + field.split("=")[0] + " is not supported")
                .hasMessageNotContaining("QQQQ");
    }

    @Test
    void toApacheAllOfThatIsAComment() throws Exception {
        Users users = new HtpasswdFile(Path.of("users"), Format.HTPASSWD)
                .users(Entries.bytes(Entries.of("alice") + FIELDS + "nologin class=gold"));

        assertThat(users.account("alice").orElseThrow().attributes().isEmpty()).isTrue();
    }

    private static Account account(String line) throws Exception {
        return parsed(line).account("alice").orElseThrow();
    }

    private static Users parsed(String content) throws HtpasswdFileException {
        return new HtpasswdFile(Path.of("users"), Format.PASSWD_FILE).users(Entries.bytes(content));
    }
}
