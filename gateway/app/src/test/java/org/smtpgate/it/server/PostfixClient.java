package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.RealServers;

/** A Postfix whose smtp(8) hands every message to one relay, over TLS and logged in. */
public final class PostfixClient implements AutoCloseable {

    private static final String SETTINGS = """
            myhostname = client.example.net
            relayhost = [127.0.0.1]:%1$d
            smtp_tls_security_level = secure
            smtp_tls_secure_cert_match = localhost
            smtp_tls_CAfile = %2$s
            smtp_tls_wrappermode = %3$s
            smtp_sasl_auth_enable = yes
            smtp_sasl_security_options = noanonymous
            smtp_sasl_password_maps = inline:{ {[127.0.0.1]:%1$d=%4$s:%5$s} }
            """;

    private final String sendmail = RealServers.require("sendmail");
    private final String postqueue = RealServers.require("postqueue");
    private final PostfixInstance postfix;

    private PostfixClient(Path folder, String settings) {
        this.postfix = new PostfixInstance(folder, settings, "");
    }

    /** Starts one that relays through a gateway; the folder is its alone. */
    public static PostfixClient relayingTo(GatewayProcess gateway, boolean implicitTls, Path folder) {
        return new PostfixClient(
                folder,
                SETTINGS.formatted(
                        implicitTls ? gateway.implicitPort() : gateway.starttlsPort(),
                        gateway.authority(),
                        implicitTls ? "yes" : "no",
                        GatewaySetup.USER,
                        GatewaySetup.PASSWORD));
    }

    /** Puts a message into its queue. */
    public void submit(Letter letter) {
        String configuration = postfix.configuration().toString();
        Execution.reading(letter.file(), sendmail, "-C", configuration, "-i", "-f", letter.from(), letter.to())
                .succeeded();
    }

    /** Its queue as {@code postqueue -j} prints it: a JSON object a line for each message it still has to deliver. */
    public String queue() {
        return Execution.of(postqueue, "-c", postfix.configuration().toString(), "-j")
                .succeeded()
                .output();
    }

    /** What its daemons have logged so far. */
    public String log() {
        try {
            return postfix.log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postfix.close();
    }
}
