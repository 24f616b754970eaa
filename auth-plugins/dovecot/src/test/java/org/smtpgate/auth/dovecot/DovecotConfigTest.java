package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

/** The section's keys, their defaults and their limits. */
class DovecotConfigTest {
    private static final AuthContext CONTEXT = new AuthContext(null, Path.of("/etc/smtpgate"));

    @Test
    void aSocketIsAllThatIsNeeded() {
        assertThat(read("{\"socket\": \"/run/dovecot/auth-client\"}"))
                .isEqualTo(new DovecotConfig(
                        SocketAddress.domainSocketAddress("/run/dovecot/auth-client"),
                        Optional.empty(),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(20),
                        1000,
                        new AuthParameters("smtp", true, CertificateName.COMMON_NAME)));
    }

    @Test
    void allKeysCount() {
        assertThat(read("""
                                {"address": "[2001:db8::1]:12345", "connect-timeout": "500ms", "answer-timeout": "24s",
                                 "max-requests": 7, "service": "submission", "penalty": false, "certificate-name": "email"}
                                """))
                .isEqualTo(new DovecotConfig(
                        SocketAddress.inetSocketAddress(12345, "2001:db8::1"),
                        Optional.empty(),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(24),
                        7,
                        new AuthParameters("submission", false, CertificateName.EMAIL)));
    }

    @Test
    void aRelativeSocketIsBesideTheConfiguration() {
        assertThat(read("{\"socket\": \"auth\"}").server())
                .isEqualTo(SocketAddress.domainSocketAddress("/etc/smtpgate/auth"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                | socket           | is required, such as /run/dovecot/auth-client
                    {"socket": "/a", "address": "h:1"}                | socket           | stands beside address
                    {"socket": "/%s"}                                 | socket           | at most 107 octets
                    {"address": "host"}                               | address          | must be host:port
                    {"address": "host:0"}                             | address          | must be host:port
                    {"address": "host:65536"}                         | address          | must be host:port
                    {"address": "u@host:1"}                           | address          | must be host:port
                    {"address": "host:1/x"}                           | address          | must be host:port
                    {"address": "a b:1"}                              | address          | must be host:port
                    {"address": "h:1", "connect-timeout": "6s"}       | connect-timeout  | must be from 100ms to 5s
                    {"address": "h:1", "answer-timeout": "30s"}       | answer-timeout   | must be from 100ms to 24s
                    {"address": "h:1", "max-requests": 0}             | max-requests     | must be a whole number from 1
                    {"address": "h:1", "service": "a\\tb"}            | service          | must be a name
                    {"address": "h:1", "certificate-name": "uid"}     | certificate-name | must be one of common-name, email
                    {"address": "h:1", "penalty": "maybe"}            | penalty          | must be true or false
                    {"socket": "/a", "tls": {}}                       | tls              | is for address
                    {"address": "h:1", "tls": {"trust": "/none"}}     | tls.trust        | there is no file /none
                    {"address": "h:1", "host": "x"}                   | host             | unknown setting
                    """)
    void aMistakeIsNamedWithItsKey(String section, String key, String message) {
        assertThatThrownBy(() -> read(section.formatted("x".repeat(107))))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key))
                .hasMessageContaining(message);
    }

    private static DovecotConfig read(String section) {
        return DovecotConfig.from(CONTEXT, new JsonObject(section));
    }
}
