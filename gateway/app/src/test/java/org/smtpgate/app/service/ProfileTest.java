package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.app.config.GatewayConfig.Profile;
import org.smtpgate.app.fixture.ConfigFolder;

/** What {@code profile} changes once the JVM runs, and what is said when the JVM was started for another one. */
class ProfileTest {
    private static final String LEAST = """
            listeners:
              - { name: submission, address: "127.0.0.1:0", hostname: mail.example.org, route: legacy }
            upstreams:
              legacy: { endpoints: [ "10.0.0.5:25" ] }
            """;

    @TempDir
    Path temporary;

    @Test
    void aSidecarHasOneEventLoopAndFewWorkers() throws Exception {
        GatewayConfig config = config("profile: sidecar\n");
        VertxOptions threads = Threads.of(config);

        assertThat(config.eventLoops()).isEqualTo(1);
        assertThat(threads.getEventLoopPoolSize()).isEqualTo(1);
        assertThat(threads.getWorkerPoolSize()).isEqualTo(4);
        assertThat(threads.getInternalBlockingPoolSize()).isEqualTo(4);
    }

    @Test
    void aNumberOfEventLoopsThatWasAskedForStands() throws Exception {
        GatewayConfig config = config("profile: sidecar\nevent-loops: 3\n");

        assertThat(config.eventLoops()).isEqualTo(3);
        assertThat(Threads.of(config).getEventLoopPoolSize()).isEqualTo(3);
    }

    @Test
    void aServerHasWhatVertxGivesTheMachine() throws Exception {
        VertxOptions threads = Threads.of(config(""));

        assertThat(threads.getEventLoopPoolSize()).isEqualTo(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        assertThat(threads.getWorkerPoolSize()).isEqualTo(VertxOptions.DEFAULT_WORKER_POOL_SIZE);
    }

    /** The launcher finds a plain line only; a variable in it is nothing that a shell could know the value of. */
    @Test
    void aJvmThatWasStartedForAnotherProfileIsTold() {
        assertThat(LaunchedProfile.mismatch(Profile.SIDECAR, "server"))
                .hasValueSatisfying(told -> assertThat(told)
                        .contains("config profile: is sidecar", "options for server", "\"profile: sidecar\""));
        assertThat(LaunchedProfile.mismatch(Profile.SIDECAR, "sidecar")).isEmpty();
        assertThat(LaunchedProfile.mismatch(Profile.SERVER, "server")).isEmpty();
        assertThat(LaunchedProfile.mismatch(Profile.SIDECAR, null))
                .as("without a launcher")
                .isEmpty();
    }

    private GatewayConfig config(String more) throws Exception {
        return ConfigFolder.in(temporary).config(LEAST + more);
    }
}
