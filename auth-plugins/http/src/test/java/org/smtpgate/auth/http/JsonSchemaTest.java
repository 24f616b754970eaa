package org.smtpgate.auth.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.Tls;
import org.smtpgate.testkit.TestCertificates;

/** What is sent and taken in JSON is what the schemas say, which services are written by. */
class JsonSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchema QUESTION = schema("question.schema.json");
    private static final JsonSchema ANSWER = schema("answer.schema.json");

    static Stream<SubmittedCredentials> everyKind() {
        Origin open = Logins.origin(null);
        Origin encrypted = Logins.origin(new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null));
        Origin shown = Logins.origin(new Tls(
                "TLSv1.2",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                TestCertificates.client("anna").certificate()));
        return Stream.of(
                new SubmittedPassword("", "anna", Logins.PASSWORD, open),
                new SubmittedPassword("box", "jürgen \0\u001f\"", "пароль", encrypted),
                new SubmittedToken("", "", "tok", encrypted),
                new SubmittedDigest("anna", "<1.2@gateway>", "0123456789abcdef0123456789abcdef", encrypted),
                new SubmittedCertificate("anna", shown));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyQuestionFitsItsSchema(SubmittedCredentials credentials) throws Exception {
        JsonNode question = MAPPER.readTree(JsonQuestion.about(credentials).encode());

        assertThat(QUESTION.validate(question)).isEmpty();
        assertThat(question.get("client").get("address").asText()).isEqualTo("::1");
        assertThat(question.get("attempt").asInt()).isEqualTo(3);
    }

    @Test
    void theSchemaOfQuestionsTakesNotJustAnything() throws Exception {
        String question = JsonQuestion.about(Logins.password("anna")).encode();

        for (String wrong : new String[] {
            question.replace("\"version\":1", "\"version\":2"),
            question.replace("\"kind\":\"password\"", "\"kind\":\"token\""),
            question.replace("\"helo\"", "\"ehlo\"")
        }) {
            assertThat(QUESTION.validate(MAPPER.readTree(wrong))).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"result\":\"accepted\"} | Accepted",
                "{\"result\":\"accepted\",\"login\":\"b\",\"later\":{\"x\":1},\"attributes\":{\"d\":[\"a\",1],\"n\":2.5,\"b\":true}} | Accepted",
                "{\"result\":\"refused\"} | Refused[reply=null, delay=PT0S]",
                "{\"result\":\"refused\",\"reply\":{\"code\":\"535 5.7.13\",\"text\":\"Locked\"}} | Refused[reply=535 5.7.13 Locked, delay=PT0S]",
                "{\"result\":\"unavailable\"} | Senseless[reason=it says that it cannot tell]",
                "{\"result\":\"unavailable\",\"reply\":{\"code\":\"451 4.3.0\",\"text\":\"Later\"}} | Refused[reply=451 4.3.0 Later, delay=PT0S]"
            })
    void anAnswerThatFitsItsSchemaIsUnderstood(String answer, String meaning) throws Exception {
        assertThat(ANSWER.validate(MAPPER.readTree(answer))).isEmpty();
        assertThat(JsonAnswer.read(200, Buffer.buffer(answer), "anna").toString())
                .startsWith(meaning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"accepted\"",
                "{\"result\":true}",
                "{\"result\":\"OK\"}",
                "{\"result\":\"accepted\",\"login\":\"\"}",
                "{\"result\":\"accepted\",\"login\":7}",
                "{\"result\":\"accepted\",\"attributes\":[]}",
                "{\"result\":\"accepted\",\"attributes\":{\"a\":{\"b\":1}}}",
                "{\"result\":\"accepted\",\"attributes\":{\"a\":[[1]]}}",
                "{\"result\":\"refused\",\"reply\":\"535 no\"}",
                "{\"result\":\"refused\",\"reply\":{\"code\":\"451 4.3.0\",\"text\":\"Later\"}}",
                "{\"result\":\"refused\",\"reply\":{\"code\":535,\"text\":\"no\"}}",
                "{\"result\":\"unavailable\",\"reply\":{\"code\":\"535 5.7.8\",\"text\":\"No\"}}",
                "{\"result\":\"unavailable\",\"reply\":{\"code\":\"421 4.7.0\",\"text\":\"Go\"}}"
            })
    void anAnswerThatDoesNotFitItsSchemaIsNone(String answer) throws Exception {
        assertThat(ANSWER.validate(MAPPER.readTree(answer))).isNotEmpty();
        assertThat(JsonAnswer.read(200, Buffer.buffer(answer), "anna")).isInstanceOf(Verdict.Senseless.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "OK", "{\"result\":\"accepted\"", "<html>"})
    void whatIsNoJsonIsNoAnswer(String answer) {
        assertThat(JsonAnswer.read(200, Buffer.buffer(answer), "anna")).isInstanceOf(Verdict.Senseless.class);
    }

    @ParameterizedTest
    @CsvSource({"401, Refused", "403, Refused", "204, Senseless", "302, Senseless", "404, Senseless", "500, Senseless"})
    void theStatusCountsBeforeTheBody(int status, String meaning) {
        assertThat(JsonAnswer.read(status, Buffer.buffer("{\"result\":\"accepted\"}"), "anna")
                        .toString())
                .startsWith(meaning);
    }

    private static JsonSchema schema(String name) {
        try (InputStream in = JsonQuestion.class.getResourceAsStream(name)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(MAPPER.readTree(in));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
