package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import org.junit.jupiter.api.Test;

class SubmittedPasswordTest {
    private static final Origin ORIGIN = new Origin(
            "submission",
            "s-1",
            SocketAddress.inetSocketAddress(50587, "192.0.2.1"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);

    private final SubmittedPassword submitted = new SubmittedPassword("boss", "tim", "correct horse", ORIGIN);

    @Test
    void printsWhoAndFromWhereButNeverThePassword() {
        assertThat(submitted.toString())
                .contains("tim", "192.0.2.1", "submission", "s-1")
                .doesNotContain("correct horse");
        assertThat(String.format("%s", submitted)).doesNotContain("correct horse");
    }

    @Test
    void vertxPrintsThePasswordSoThatTheOverrideIsNeeded() {
        assertThat(new UsernamePasswordCredentials("tim", "correct horse").toString())
                .contains("correct horse");
    }

    @Test
    void anyVertxProviderCanReadIt() {
        UsernamePasswordCredentials seenByAProvider = submitted;

        assertThat(seenByAProvider.getUsername()).isEqualTo("tim");
        assertThat(seenByAProvider.getPassword()).isEqualTo("correct horse");
        assertThat(seenByAProvider.toJson().getString("password")).isEqualTo("correct horse");
        assertThatCode(() -> seenByAProvider.checkValid(null)).doesNotThrowAnyException();
    }

    @Test
    void keepsWhomTheClientWantsToActAs() {
        assertThat(submitted.authorizationId()).isEqualTo("boss");
        assertThat(submitted.origin()).isEqualTo(ORIGIN);
    }
}
