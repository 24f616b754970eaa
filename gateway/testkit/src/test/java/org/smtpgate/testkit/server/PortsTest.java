package org.smtpgate.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final int MANY = 200;

    /** A process' port is free until it uses it, and meanwhile another that runs tests must not choose the same. */
    @Test
    void processesChooseFromPortsOfTheirOwn() throws IOException, InterruptedException {
        IntSummaryStatistics ours = chosen();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = other.inputReader()) {
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            int least = Integer.parseInt(output.readLine());
            int greatest = Integer.parseInt(output.readLine());
            assertThat(greatest < ours.getMin() || least > ours.getMax())
                    .as("%d to %d beside %s", least, greatest, ours)
                    .isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void portsAreStillGivenWhenAllWereGivenOnce() {
        assertThat(IntStream.generate(Ports::free).limit(6_000)).allMatch(port -> port >= 10_000 && port < 32_000);
    }

    private static IntSummaryStatistics chosen() {
        return IntStream.generate(Ports::free).limit(MANY).summaryStatistics();
    }

    /** The other process. */
    static final class Other {
        public static void main(String[] none) {
            IntSummaryStatistics chosen = chosen();
            System.out.println(chosen.getMin());
            System.out.println(chosen.getMax());
        }
    }
}
