package org.smtpgate.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smtpgate.sasl.Credentials;

class PrincipalTest {
    /** A service may answer with the password of an upstream, as nginx' does in {@code Auth-Pass}. */
    @Test
    void whatTheAuthenticationSaidIsNotShown() {
        Principal principal = new Principal(
                "s-1",
                null,
                Map.of("auth-pass", List.of("opensesame")),
                new Credentials.Password("", "alice", "opensesame"));

        assertThat(principal.toString()).doesNotContain("opensesame").contains("s-1", "auth-pass", "alice");
    }
}
