package org.smtpgate.it.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;

/** One message to be sent: where to, under which login, and the file that holds it with CRLF at each line's end. */
public record Submission(
        int port,
        boolean implicitTls,
        Path authority,
        String user,
        String password,
        String from,
        String to,
        Path message) {

    /** Logged in through a gateway. */
    public static Submission of(Letter letter, GatewayProcess gateway, boolean implicitTls) {
        return new Submission(
                implicitTls ? gateway.implicitPort() : gateway.starttlsPort(),
                implicitTls,
                gateway.authority(),
                GatewaySetup.USER,
                GatewaySetup.PASSWORD,
                letter.from(),
                letter.to(),
                letter.file());
    }

    /** The same with another password. */
    public Submission withPassword(String other) {
        return new Submission(port, implicitTls, authority, user, other, from, to, message);
    }

    /** The same from another sender. */
    public Submission from(String sender) {
        return new Submission(port, implicitTls, authority, user, password, sender, to, message);
    }

    /** The message as programs of this system expect text, with a newline alone at each line's end. */
    Path asLocalText() {
        try {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
            return Files.writeString(Path.of(message + ".local"), text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The message as it stands on the wire after DATA: dots stuffed, and the lone dot behind it. */
    Path asTyped() {
        try {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            String stuffed = ("\r\n" + text).replace("\r\n.", "\r\n..").substring(2);
            return Files.writeString(Path.of(message + ".typed"), stuffed + ".", StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the scripts in other languages take as their argument. */
    String asJson() {
        return """
                {"port": %d, "implicitTls": %s, "ca": "%s", "user": "%s", "password": "%s", \
                "from": "%s", "to": "%s", "message": "%s"}\
                """.formatted(port, implicitTls, authority, user, password, from, to, message);
    }
}
