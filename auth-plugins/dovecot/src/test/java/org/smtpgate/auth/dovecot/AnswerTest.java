package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.InvalidCredentialsException;

/** What the server's last word becomes. */
class AnswerTest {

    @Test
    void fieldsBecomeAttributesExceptForSecrets() throws Exception {
        Answer.Accepted answer = (Answer.Accepted) answer(
                "OK\t7\tuser=alice\tallowed=a@example.org\tproxy\tpass=sekret\ttoken=sekret\tallowed=b@example.org"
                        + "\tallowed=c@example.org\tempty=\t\t=x\tnote=a\u0001tb");

        assertThat(answer.user().subject()).isEqualTo("alice");
        assertThat(answer.user().attributes())
                .isEqualTo(new JsonObject()
                        .put(
                                "allowed",
                                new JsonArray()
                                        .add("a@example.org")
                                        .add("b@example.org")
                                        .add("c@example.org"))
                        .put("proxy", true)
                        .put("empty", "")
                        .put("note", "a\tb"));
        assertThat(answer.last()).isEmpty();
        assertThat(answer.user().principal().encode()).doesNotContain("sekret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FAIL\t7",
                "FAIL\t7\tuser=alice",
                "FAIL\t7\tuser=alice\treason=temp",
                "FAIL\t7\tuser=temp_fail\tcode=authz_fail",
                "FAIL\t7\tcode=user_disabled",
                "FAIL\t7\tcode=pass_expired",
                "FAIL\t7\tauthz\tuser_disabled",
                "FAIL\t7\tcode=of_a_version_to_come",
                "OK\t7\tuser=alice\tnologin\treason=moved"
            })
    void aNoIsForTheClient(String line) throws Exception {
        assertThat(failure(line)).isInstanceOf(InvalidCredentialsException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FAIL\t7\tuser=alice\tcode=temp_fail",
                "FAIL\t7\tuser=alice\ttemp",
                "FAIL\t7\tcode=invalid_base64",
                "OK\t7",
                "OK\t7\tuser=",
                "OK\t7\tuser=a\u0001nb"
            })
    void troubleIsNoNo(String line) throws Exception {
        assertThat(failure(line)).isInstanceOf(DovecotException.class);
    }

    @Test
    void aNameThatIsNoUtf8IsNobodys() throws Exception {
        byte[] octets = "OK\t7\tuser=al\u00ffice".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(((Answer.Refused) Answer.of(AuthLine.parse(octets))).failure())
                .isInstanceOf(DovecotException.class);
    }

    @Test
    void aReasonIsFitForALog() throws Exception {
        Answer.Refused refused = (Answer.Refused) answer(
                "FAIL\t7\tcode=user_disabled\treason=come\u0001r\u0001n\u001b[2Jlevel=error \u202ex" + "y".repeat(500));

        assertThat(refused.code()).isEqualTo("user_disabled");
        assertThat(refused.reason())
                .startsWith("come [2Jlevel=error  xyy")
                .hasSize(201)
                .endsWith("…");
    }

    @ParameterizedTest
    @CsvSource({"CONT\t7\t!!", "CONT\t7\tYQ=", "'OK\t7\tuser=a\tresp=%'"})
    void whatIsNoBase64BreaksTheProtocol(String line) {
        assertThatThrownBy(() -> answer(line)).isInstanceOf(BrokenProtocolException.class);
    }

    @Test
    void anEmptyChallengeIsOne() throws Exception {
        assertThat(((Answer.Challenge) answer("CONT\t7\t")).bytes()).isEmpty();
        assertThat(((Answer.Challenge) answer("CONT\t7")).bytes()).isEmpty();
    }

    private static RuntimeException failure(String line) throws BrokenProtocolException {
        return ((Answer.Refused) answer(line)).failure();
    }

    private static Answer answer(String line) throws BrokenProtocolException {
        return Answer.of(AuthLine.parse(line.getBytes(StandardCharsets.UTF_8)));
    }
}
