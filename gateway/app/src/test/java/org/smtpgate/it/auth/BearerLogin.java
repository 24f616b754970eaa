package org.smtpgate.it.auth;

import java.util.Base64;
import org.smtpgate.testkit.SmtpClient;

/** A login with a bearer token, as clients do it. */
final class BearerLogin {
    private BearerLogin() {}

    /** The code of the last reply; what a refusal says in JSON before it is answered as it must be. */
    static int code(SmtpClient client, String mechanism, String user, String token) {
        String message = mechanism.equals("XOAUTH2")
                ? "user=" + user + "\1auth=Bearer " + token + "\1\1"
                : "n,a=" + user.replace("=", "=3D").replace(",", "=2C") + ",\1auth=Bearer " + token + "\1\1";
        int code = client.send("AUTH " + mechanism + " " + Base64.getEncoder().encodeToString(message.getBytes()))
                .reply()
                .code();
        // RFC 7628 section 3.2.3: AQ== says that the error was read.
        return code == 334 ? client.send("AQ==").reply().code() : code;
    }
}
