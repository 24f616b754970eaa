package org.smtpgate.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.wire.CommandParser;

class CapabilitiesTest {

    @Test
    void whatIsReadFromEhloKeepsItsOrderAndItsParameters() {
        Capabilities read = Capabilities.of(new Reply(
                250, List.of("mx", "SIZE 100", "8bitmime", "AUTH=PLAIN LOGIN", "LIMITS RCPTMAX=7  MAILMAX=3")));

        assertThat(read.lines())
                .containsExactly("SIZE 100", "8BITMIME", "AUTH PLAIN LOGIN", "LIMITS RCPTMAX=7  MAILMAX=3");
        assertThat(read.size()).isEqualTo(100);
        assertThat(read.most(ServerLimit.RCPTMAX)).isEqualTo(7);
        assertThat(read.most(ServerLimit.MAILMAX)).isEqualTo(3);
        assertThat(read.most(ServerLimit.RCPTDOMAINMAX)).isEqualTo(ServerLimit.UNLIMITED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"LIMITS", "LIMITS RCPTMAX", "LIMITS RCPTMAX=", "LIMITS RCPTMAX=0", "LIMITS XRCPTMAX=3", "SIZE 3"
            })
    void aLimitThatIsNoneIsNone(String line) {
        assertThat(offering(line).most(ServerLimit.RCPTMAX)).isEqualTo(ServerLimit.UNLIMITED);
    }

    // What servers have in common

    @Test
    void anExtensionIsCommonWhenAllHaveIt() {
        Capabilities common = Capabilities.intersect(List.of(
                offering("DSN", "8BITMIME", "SMTPUTF8"), offering("8BITMIME", "DSN"), offering("DSN", "XCLIENT")));

        assertThat(common.lines()).containsExactly("DSN");
    }

    @Test
    void ofNobodyWhatIsTakenForGrantedIsCommon() {
        assertThat(Capabilities.intersect(List.of())).isEqualTo(Capabilities.ASSUMED);
        assertThat(Capabilities.intersect(List.of(Capabilities.ASSUMED, offering("8BITMIME", "DSN")))
                        .lines())
                .containsExactly("8BITMIME");
        assertThat(Capabilities.intersect(List.of(Capabilities.ASSUMED, offering("DSN")))
                        .lines())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "SIZE 100                                   | SIZE 50                             | SIZE 50",
                "SIZE                                       | SIZE 50                             | SIZE 50",
                "SIZE 0                                     | SIZE                                | SIZE 0",
                // What is too large for one is too large, whatever the other says or does not say.
                "SIZE 100                                   | DSN                                 | SIZE 100",
                "LIMITS RCPTMAX=9 MAILMAX=4                 | LIMITS MAILMAX=7 RCPTMAX=5          | LIMITS MAILMAX=4 RCPTMAX=5",
                "LIMITS RCPTDOMAINMAX=1                     | DSN                                 | LIMITS RCPTDOMAINMAX=1",
                "DELIVERBY 60                               | DELIVERBY 300                       | DELIVERBY 300",
                "DELIVERBY                                  | DELIVERBY 300                       | DELIVERBY 300",
                "DELIVERBY                                  | DELIVERBY                           | DELIVERBY",
                "MT-PRIORITY MIXER                          | MT-PRIORITY mixer                   | MT-PRIORITY MIXER",
                "MT-PRIORITY MIXER                          | MT-PRIORITY NSEP                    | none",
                "FUTURERELEASE 100 2026-12-01T00:00:00Z     | FUTURERELEASE 50 2026-12-02T00:00:00Z | FUTURERELEASE 50 2026-12-01T00:00:00Z",
                "FUTURERELEASE 9 2026-12-01T00:00:00+01:00  | FUTURERELEASE 9 2026-12-01T00:00:00Z | FUTURERELEASE 9 2026-12-01T00:00:00+01:00",
                "FUTURERELEASE 9 tomorrow                   | FUTURERELEASE 9 2026-12-01T00:00:00Z | none",
                "FUTURERELEASE 9                            | FUTURERELEASE 9                     | none",
                "AUTH PLAIN LOGIN                           | AUTH LOGIN XOAUTH2                  | AUTH LOGIN",
                "AUTH PLAIN                                 | AUTH LOGIN                          | none"
            })
    void ofParametersTheOneThatHoldsForBothIsCommon(String one, String other, String common) {
        List<String> expected = common == null ? List.of() : List.of(common);

        assertThat(Capabilities.intersect(List.of(offering(one), offering(other)))
                        .lines())
                .isEqualTo(expected);
    }

    @Test
    void whatIsCommonDoesNotDependOnTheOrderOfTheServers() {
        List<Capabilities> servers = new ArrayList<>(List.of(
                offering("SIZE 7", "DSN", "LIMITS RCPTMAX=3"), offering("DSN", "SMTPUTF8"), offering("SIZE 9", "DSN")));
        Capabilities common = Capabilities.intersect(servers);

        servers.add(servers.remove(0));
        assertThat(Capabilities.intersect(servers)).isEqualTo(common);
        servers.add(servers.remove(0));
        assertThat(Capabilities.intersect(servers)).isEqualTo(common);
    }

    // What a command needs

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "MAIL FROM:<a@b>                         | DSN               | nothing",
                "MAIL FROM:<a@b> SIZE=9 BODY=7BIT AUTH=<>| DSN               | nothing",
                "MAIL FROM:<a@b> BODY=8BITMIME           | 8BITMIME          | nothing",
                "MAIL FROM:<a@b> BODY=8BITMIME           | BINARYMIME        | BODY",
                "MAIL FROM:<a@b> BODY=BINARYMIME         | 8BITMIME          | BODY",
                "MAIL FROM:<a@b> BODY=BINARYMIME         | BINARYMIME        | nothing",
                "MAIL FROM:<a@b> SIZE=9 RET=FULL         | SIZE              | RET",
                "MAIL FROM:<a@b> RET=FULL ENVID=x        | DSN               | nothing",
                "MAIL FROM:<a@b> SMTPUTF8                | DSN               | SMTPUTF8",
                "MAIL FROM:<a@b> REQUIRETLS              | STARTTLS          | REQUIRETLS",
                "MAIL FROM:<a@b> MT-PRIORITY=1           | MT-PRIORITY       | nothing",
                "MAIL FROM:<a@b> HOLDFOR=1               | DELIVERBY         | HOLDFOR",
                "RCPT TO:<a@b>                           | SIZE              | nothing",
                "RCPT TO:<a@b> NOTIFY=NEVER              | SIZE              | NOTIFY",
                "RCPT TO:<a@b> ORCPT=rfc822;x            | DSN               | nothing",
                "DATA                                    | SIZE              | nothing"
            })
    void aCommandIsNotForAServerWithoutItsExtensions(String line, String offered, Parameter lacking) {
        assertThat(offering(offered).lacks(CommandParser.parse(line))).isEqualTo(lacking);
    }

    private static Capabilities offering(String... lines) {
        List<String> all = new ArrayList<>(List.of("mx"));
        all.addAll(Arrays.asList(lines));
        return Capabilities.of(new Reply(250, all));
    }
}
