package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.smtpgate.auth.dovecot.Outcomes.failure;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.dovecot.ScriptedAuthServer.Peer;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;

/** TLS, as stunnel or HAProxy speaks it before an auth server. */
class EncryptedServerTest extends ScriptedServerTest {

    /** Whoever cannot show that it is the server. */
    enum Impostor {
        FOR_ANOTHER_HOST(TestCertificates.wrongHost(), "o subject alternative"),
        UNTRUSTED(TestCertificates.untrusted(), "unable to find valid certification path"),
        EXPIRED(TestCertificates.expired(), "NotAfter");

        private final TestIdentity identity;
        private final String reason;

        Impostor(TestIdentity identity, String reason) {
            this.identity = identity;
            this.reason = reason;
        }
    }

    @TempDir
    private Path folder;

    private Path trust;

    @BeforeEach
    void trustTheAuthority() throws IOException {
        trust = Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
    }

    @Test
    void aServerThatIsTrustedIsAsked() throws IOException {
        try (ScriptedAuthServer encrypted = listen(TestCertificates.server())) {
            Future<User> answer = login(backend(settings(encrypted)), "alice");
            try (Peer peer = encrypted.welcome()) {
                peer.read();
                peer.say("OK\t1\tuser=alice\n");
                assertThat(Outcomes.await(answer).subject()).isEqualTo("alice");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImpostorLearnsNothing(Impostor impostor) throws IOException {
        try (ScriptedAuthServer encrypted = listen(impostor.identity)) {
            Future<User> answer = login(backend(settings(encrypted)), "alice");
            // By an alert; or by a broken pipe, when it writes before it has read that.
            assertThatThrownBy(encrypted::accept).isInstanceOf(UncheckedIOException.class);
            assertThat(failure(answer)).isInstanceOf(DovecotException.class).hasMessageContaining(impostor.reason);
        }
    }

    private static ScriptedAuthServer listen(TestIdentity identity) throws IOException {
        return new ScriptedAuthServer(identity.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }

    private JsonObject settings(ScriptedAuthServer encrypted) {
        return new JsonObject()
                .put("address", "127.0.0.1:" + encrypted.port())
                .put("tls", new JsonObject().put("trust", trust.toString()));
    }
}
