package org.smtpgate.auth.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.Origin;

class QueryTest {
    @Test
    void parametersBecomeQuestionMarksInTheirOrder() {
        Query query = Query.read(
                "SELECT p AS \"a{b\", '{}', '{1,2}'::int[] FROM u WHERE d = {domain} AND u={user} OR u = {user}",
                Parameter.values());

        assertThat(query.sql())
                .isEqualTo("SELECT p AS \"a{b\", '{}', '{1,2}'::int[] FROM u WHERE d = ? AND u=? OR u = ?");
        assertThat(query.parameters()).isEqualTo(List.of(Parameter.DOMAIN, Parameter.USER, Parameter.USER));
        assertThat(query.names(Parameter.USER)).isTrue();
        assertThat(query.names(Parameter.LOGIN)).isFalse();
    }

    @Test
    void aDoubledQuoteEndsNoText() {
        assertThat(Query.read("SELECT 'it''s {x}' FROM u WHERE l = {login}", Parameter.LOGIN)
                        .sql())
                .isEqualTo("SELECT 'it''s {x}' FROM u WHERE l = ?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            SELECT p FROM u WHERE l = '{login}'   | has {login} in quotes
            SELECT p FROM u WHERE l = 'x {login}' | has {login} in quotes
            SELECT p FROM u WHERE l = `{login}`   | has {login} in quotes
            SELECT p FROM u WHERE l = ?           | has a question mark
            SELECT p FROM u WHERE l = {name}      | has a { that begins none of {login}, {user}
            SELECT p FROM u WHERE l = {LOGIN}     | has a { that begins none of {login}, {user}
            SELECT p FROM u WHERE l = {password}  | has a { that begins none of {login}, {user}
            """)
    void whatIsNoParameterIsRefused(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Query.read(text, Parameter.LOGIN, Parameter.USER))
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"alice,alice,''", "alice@example.org,alice,example.org", "a@b@c,a@b,c", "@c,'',c", "a@,a,''"})
    void aLoginIsCutAtItsLastAt(String login, String user, String domain) {
        Origin origin = new Origin(
                "submission",
                "id",
                SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
                SocketAddress.inetSocketAddress(587, "192.0.2.2"),
                null,
                "client.example",
                1);

        assertThat(Parameter.values(login, "secret", origin))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Parameter.LOGIN,
                        login,
                        Parameter.USER,
                        user,
                        Parameter.DOMAIN,
                        domain,
                        Parameter.LISTENER,
                        "submission",
                        Parameter.ADDRESS,
                        "192.0.2.7",
                        Parameter.PASSWORD,
                        "secret"));
    }
}
