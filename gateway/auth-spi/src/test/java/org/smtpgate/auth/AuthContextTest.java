package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AuthContextTest {
    private final AuthContext context = new AuthContext(null, Path.of("/etc/smtpgate"));

    @Test
    void aRelativePathStartsAtTheFolderOfTheConfiguration() {
        assertThat(context.resolve("users")).isEqualTo(Path.of("/etc/smtpgate/users"));
        assertThat(context.resolve("../secrets/./users")).isEqualTo(Path.of("/etc/secrets/users"));
    }

    @Test
    void anAbsolutePathStaysWhatItIs() {
        assertThat(context.resolve("/run/secrets/users")).isEqualTo(Path.of("/run/secrets/users"));
    }

    @Test
    void aPathIsAbsoluteWhereverTheConfigurationIs() {
        assertThat(new AuthContext(null, Path.of("conf")).resolve("users"))
                .isAbsolute()
                .endsWithRaw(Path.of("conf", "users"));
    }
}
