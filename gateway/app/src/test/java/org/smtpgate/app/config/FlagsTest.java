package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.app.fixture.ConfigFolder;

/** The gateway and its plugins read one language. */
class FlagsTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"true,true", "True,true", "YES,true", "On,true", "false,false", "FALSE,false", "No,false", "oFF,false"})
    void aFlagIsSpelledInAPluginsSectionAsAnywhere(String written, boolean meant) throws Exception {
        GatewayConfig config = new ConfigFolder(temporary).config("""
                listeners:
                  - name: submission
                    address: 127.0.0.1:2525
                    auth: { backends: [ service ], allow-without-tls: true, required: %1$s }
                    route: legacy
                auth:
                  service: { plugin: http, protocol: nginx, url: "http://127.0.0.1:9000/auth", keep-alive: %1$s }
                upstreams:
                  legacy: { endpoints: [ "10.0.0.5:25" ] }
                """.formatted(written));

        assertThat(config.listeners().get(0).settings().auth().required()).isEqualTo(meant);
    }
}
