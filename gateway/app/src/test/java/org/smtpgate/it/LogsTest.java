package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Log lines as a collector reads them, from a gateway that was started, used, and stopped. */
class LogsTest {
    private static final Pattern ID_IN_REPLY = Pattern.compile("\\[([0-9A-Za-z-]+)]\\s*$");
    private static final String PAIR = "[a-z_]+=(?:[^\\s\"=]+|\"(?:[^\"\\\\]|\\\\.)*\")";
    private static final Pattern LOGFMT = Pattern.compile(PAIR + "(?: " + PAIR + ")*");

    @TempDir
    Path folder;

    /** The id in the reply to a command out of order. */
    private String id;

    @Test
    void everyLineOfTheTextFormIsLogfmt() {
        List<String> lines = lines("text");

        assertThat(lines).isNotEmpty().allMatch(line -> LOGFMT.matcher(line).matches());
        assertThat(lines).allMatch(line -> line.matches("time=[-0-9]{10}T[0-9:.]{12}Z level=[A-Z]+ logger=\\S+ .+"));
        assertThat(lines.stream().filter(line -> line.contains("logger=session ")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                " session=" + id + " ", " listener=submissions ", " login=" + GatewaySetup.USER + " "));
        assertThat(lines.stream().filter(line -> line.contains("logger=transaction ")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(" session=" + id + " ", " outcome=accepted "));
    }

    @Test
    void everyLineOfTheJsonFormIsJsonWithItsPairs() {
        int ofTheSession = 0;
        for (String line : lines("json")) {
            JsonObject event = new JsonObject(line);
            assertThat(event.fieldNames()).as(line).contains("timestamp", "level", "loggerName", "formattedMessage");
            if (event.getString("loggerName").startsWith("smtpgate.")) {
                ofTheSession++;
                assertThat(event.getJsonArray("kvpList")).as(line).contains(JsonObject.of("session", id));
            }
        }
        assertThat(ofTheSession).as("lines of the session and its transaction").isEqualTo(2);
    }

    private List<String> lines(String format) {
        GatewayProcess gateway;
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess running = GatewaySetup.before(upstream.port(), folder)
                        .config("log: { format: " + format + " }")
                        .start()) {
            gateway = running;
            try (SmtpClient client = SmtpClient.connectTls(running.implicitPort())) {
                client.greet();
                client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
                client.send("MAIL FROM:<a \" b=c@example.org>").expect(501);
                id = id(client.send("RCPT TO:<b@example.org>").expect(503).text());
                client.mail("a@example.org").rcpt("b@example.org").data();
                client.sendRaw("Subject: x\r\n\r\n.\r\n");
                client.expect(250);
                client.quit();
            }
        }
        return gateway.output().lines().toList();
    }

    private static String id(String reply) {
        Matcher matcher = ID_IN_REPLY.matcher(reply);
        assertThat(matcher.find()).as("an id in " + reply).isTrue();
        return matcher.group(1);
    }
}
