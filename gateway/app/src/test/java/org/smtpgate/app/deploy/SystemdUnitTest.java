package org.smtpgate.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** The unit as systemd itself reads it, with a program in it that exists here. */
class SystemdUnitTest {
    private static final String PROGRAM = "/opt/smtpgate/bin/smtpgate";
    /** Of 100, ten times the exposure that is printed; a service that may do everything has 96. */
    private static final int EXPOSURE_MAX = 20;

    @TempDir
    Path folder;

    private String unit;

    @BeforeEach
    void copyTheUnit() throws IOException {
        String text = unitText();
        assertThat(text).contains("ExecStart=" + PROGRAM + " run --config ", "ExecStartPre=" + PROGRAM + " check ");
        unit = Files.writeString(folder.resolve("smtpgate.service"), text.replace(PROGRAM, "/bin/true"))
                .toString();
    }

    @Test
    void systemdUnderstandsEveryLine() {
        Execution verdict = Execution.of(RealServers.require("systemd-analyze"), "verify", "--man=no", unit);

        assertThat(verdict.succeeded().output()).isEmpty();
    }

    @Test
    void theServiceMayDoLittle() {
        Execution.of(
                        RealServers.require("systemd-analyze"),
                        "security",
                        "--no-pager",
                        "--offline=true",
                        "--threshold=" + EXPOSURE_MAX,
                        unit)
                .succeeded();
    }

    /** Else a refresh token that the endpoint gave in place of the last one would be lost. */
    @Test
    void theServiceMayKeepTokensThatNobodyElseReads() {
        assertThat(unitText().lines()).contains("StateDirectory=smtpgate", "StateDirectoryMode=0700");
    }

    /** The drain deadline, the half minute after it, and something to spare. */
    @Test
    void aStopMayTakeLongerThanADrain() {
        Matcher seconds = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(unitText());

        assertThat(seconds.find()).isTrue();
        assertThat(Integer.parseInt(seconds.group(1))).isGreaterThan(30 + 30);
    }

    private static String unitText() {
        return Checkout.text("deploy/systemd/smtpgate.service");
    }
}
