package org.smtpgate.it.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;
import java.util.Base64;
import java.util.List;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;

/**
 * A login by SCRAM that is bound to the server's certificate (RFC 5929, tls-server-end-point), as GNU SASL's client, which knows
 * nothing but tls-exporter, cannot do it.
 *
 * @param binding the hash of the server's certificate
 */
record BoundLogin(String mechanism, String user, byte[] binding) {

    /** The code of the last reply; where it is 235, the server has proven itself. */
    int code(SmtpClient smtp, String password) throws Exception {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of(mechanism))
                .username(user)
                .password(password.toCharArray())
                .channelBinding("tls-server-end-point", binding)
                .build();
        smtp.send("AUTH " + mechanism + " " + base64(client.clientFirstMessage().toString()));
        client.serverFirstMessage(decoded(smtp.expect(334)));
        smtp.send(base64(client.clientFinalMessage().toString()));
        Answer answer = smtp.reply();
        if (answer.code() != 334) {
            return answer.code();
        }
        client.serverFinalMessage(decoded(answer));
        return smtp.send("").reply().code();
    }

    private static String decoded(Answer challenge) {
        return new String(Base64.getDecoder().decode(challenge.text().strip()), UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
