package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Reply;

/** EHLO tells the truth, and what it does not list is refused. */
class ExtensionsTest {
    private static final String OURS = "250 gate / PIPELINING / SIZE 52428800";
    private static final String UTF8_ADDRESS = "<\u00c3\u00bc@b>";

    private final Settings settings = new Settings();

    // What EHLO lists

    @Test
    void whileNothingIsKnownOfTheUpstreamOnlyWhatTheGatewayAnswersForIsOffered() {
        assertThat(ehlo()).isEqualTo(OURS + " / 8BITMIME / ENHANCEDSTATUSCODES / CHUNKING");
    }

    @Test
    void whatTheUpstreamHasPassesThroughWithItsParameter() {
        upstream(
                "8BITMIME",
                "DSN",
                "SMTPUTF8",
                "DELIVERBY 60",
                "MT-PRIORITY MIXER",
                "FUTURERELEASE 9 2026-12-01T00:00:00Z");

        assertThat(ehlo())
                .isEqualTo(OURS
                        + " / 8BITMIME / ENHANCEDSTATUSCODES / CHUNKING / SMTPUTF8 / DSN / DELIVERBY 60 / MT-PRIORITY MIXER"
                        + " / FUTURERELEASE 9 2026-12-01T00:00:00Z");
    }

    @Test
    void whatIsTheUpstreamsOwnAffairIsNotOffered() {
        upstream("VRFY", "ETRN", "XCLIENT NAME ADDR", "AUTH PLAIN", "STARTTLS", "XFORWARD NAME", "RRVS", "UTF8SMTP");

        assertThat(ehlo()).isEqualTo(OURS + " / ENHANCEDSTATUSCODES / CHUNKING");
    }

    /** RFC 3030 section 3. */
    @ParameterizedTest
    @CsvSource({"CHUNKING, 555", "BINARYMIME, 555", "CHUNKING BINARYMIME, 0"})
    void binaryContentIsOfferedWhereItCanGoInChunks(String theirs, int code) {
        upstream(theirs.split(" "));
        Client client = new Client(settings);

        assertThat(client.says("EHLO c").seen().get(0).endsWith(" / CHUNKING / BINARYMIME"))
                .isEqualTo(code == 0);
        assertThat(client.says("MAIL FROM:<a@b> BODY=BINARYMIME").seen())
                .containsExactly(code == 0 ? "(MAIL <a@b>)" : "555 5.5.4 BODY=BINARYMIME is not offered here");
    }

    @Test
    void requiretlsIsOfferedInTlsAlone() {
        settings.startTls = true;
        upstream("REQUIRETLS");
        Client client = new Client(settings);

        assertThat(client.says("EHLO c").seen().get(0)).doesNotContain("REQUIRETLS");
        assertThat(client.says("MAIL FROM:<a@b> REQUIRETLS").seen())
                .containsExactly("555 5.5.4 REQUIRETLS is not offered here");
        client.says("STARTTLS");
        client.session.tlsStarted();
        client.seen();
        assertThat(client.says("EHLO c").seen().get(0)).contains("REQUIRETLS");
        assertThat(client.says("MAIL FROM:<a@b> REQUIRETLS").seen()).containsExactly("(MAIL <a@b>)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LIMITS RCPTMAX=100                 | LIMITS RCPTMAX=100",
                "LIMITS RCPTMAX=5000                | LIMITS RCPTMAX=1000",
                "LIMITS MAILMAX=5                   | CHUNKING",
                "LIMITS RCPTDOMAINMAX=1 RCPTMAX=7   | LIMITS RCPTMAX=7 RCPTDOMAINMAX=1",
                "LIMITS XMAX=5                      | CHUNKING"
            })
    void ofTheUpstreamsLimitsThoseAreToldThatAClientCanMeet(String theirs, String told) {
        upstream(theirs);

        assertThat(ehlo()).endsWith(" / " + told);
    }

    @Test
    void whatIsOfferedChangesWithTheUpstream() {
        Client client = new Client(settings);
        assertThat(client.says("EHLO c").seen().get(0)).doesNotContain("DSN");
        upstream("DSN");
        assertThat(client.says("MAIL FROM:<a@b> RET=FULL").codes()).containsExactly(555);
        assertThat(client.says("EHLO c").seen().get(0)).endsWith("DSN");
        upstream("8BITMIME");

        // It was offered: the upstream is asked, and the relay says what became of it.
        assertThat(client.says("MAIL FROM:<a@b> RET=FULL").seen()).containsExactly("(MAIL <a@b>)");
    }

    @Test
    void whatWasOfferedBeforeTlsCountsForNothingAfterIt() {
        settings.startTls = true;
        upstream("DSN");
        Client client = Client.greeted(settings).says("STARTTLS");
        upstream();
        client.session.tlsStarted();
        client.seen();

        assertThat(client.says("EHLO c", "MAIL FROM:<a@b> RET=FULL").codes()).containsExactly(250, 555);
    }

    // What is refused

    @ParameterizedTest
    @CsvSource({
        "BODY=8BITMIME, BODY=8BITMIME",
        "body=binarymime, BODY=BINARYMIME",
        "AUTH=<>, AUTH",
        "SMTPUTF8, SMTPUTF8",
        "RET=FULL, RET",
        "ENVID=x, ENVID",
        "BY=60;R, BY",
        "REQUIRETLS, REQUIRETLS",
        "mt-priority=3, MT-PRIORITY",
        "HOLDFOR=60, HOLDFOR",
        "HOLDUNTIL=2026-12-01T00:00:00Z, HOLDUNTIL",
        "XVERP, XVERP"
    })
    void aParameterOfMailThatIsNotOfferedIsRefusedByItsName(String parameter, String name) {
        upstream();
        Client client = Client.greeted(settings);

        assertThat(client.says("MAIL FROM:<a@b> SIZE=1 " + parameter).seen())
                .containsExactly("555 5.5.4 " + name + " is not offered here");
        assertThat(client.says("MAIL FROM:<a@b> SIZE=1 BODY=7BIT").seen()).containsExactly("(MAIL <a@b>)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOTIFY=NEVER", "ORCPT=rfc822;a@b"})
    void aParameterOfRcptThatIsNotOfferedIsRefusedByItsName(String parameter) {
        Client client = Client.greeted(settings).withWillingUpstream().says("MAIL FROM:<a@b>");
        client.seen();

        assertThat(client.says("RCPT TO:<c@d> " + parameter).seen())
                .containsExactly("555 5.5.4 " + parameter.split("=")[0] + " is not offered here");
        assertThat(client.says("DATA").codes()).containsExactly(503);
    }

    @Test
    void whatIsOfferedIsPassedOn() {
        upstream("DSN", "SMTPUTF8");
        Client client = Client.greeted(settings).withWillingUpstream();

        client.says("MAIL FROM:<a@b> RET=HDRS ENVID=x SMTPUTF8", "RCPT TO:" + UTF8_ADDRESS + " NOTIFY=DELAY");

        assertThat(client.mail().parameters()).hasToString(" RET=HDRS ENVID=x SMTPUTF8");
        assertThat(client.rcpt().parameters()).hasToString(" NOTIFY=DELAY");
        assertThat(client.rcpt().to()).hasToString("<\u00fc@b>");
        assertThat(client.codes()).containsExactly(250, 250);
    }

    @Test
    void whatAClientSaysOfTheSendersLoginEndsHere() {
        settings.mechanisms = List.of("PLAIN");
        Client client = Client.greeted(settings);

        client.says("MAIL FROM:<a@b> AUTH=root SIZE=9");

        assertThat(client.mail().parameters()).hasToString(" SIZE=9");
    }

    // SMTPUTF8

    @Test
    void anAddressBeyondAsciiNeedsSmtputf8AtMail() {
        upstream("SMTPUTF8");
        Client client = Client.greeted(settings).withWillingUpstream();

        assertThat(client.says("MAIL FROM:" + UTF8_ADDRESS).seen())
                .containsExactly("553 5.6.7 An address beyond ASCII must be UTF-8, and needs SMTPUTF8");
        assertThat(client.says("MAIL FROM:<a@b>", "RCPT TO:" + UTF8_ADDRESS).seen())
                .endsWith("553 5.6.7 An address beyond ASCII needs SMTPUTF8 in MAIL");
        assertThat(client.says("RSET", "MAIL FROM:<a@b> SMTPUTF8", "RCPT TO:" + UTF8_ADDRESS)
                        .codes())
                .containsExactly(250, 250, 250);
    }

    @Test
    void vrfyAndExpnMayHaveItToo() {
        Client client = Client.greeted(settings);

        assertThat(client.says("VRFY " + UTF8_ADDRESS + " SMTPUTF8", "EXPN list SMTPUTF8")
                        .codes())
                .containsExactly(252, 502);
    }

    // Bounds

    @Test
    void recipientsBeyondWhatTheUpstreamTakesAre452() {
        upstream("LIMITS RCPTMAX=2");
        settings.errors = 1;
        Client client = Client.greeted(settings).withWillingUpstream();

        assertThat(client.says("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "RCPT TO:<e@f>", "RCPT TO:<g@h>", "DATA")
                        .codes())
                .containsExactly(250, 250, 250, 452, 354);
    }

    @Test
    void aDeclaredSizeBeyondWhatTheUpstreamTakesIsRefused() {
        upstream("SIZE 100");
        Client client = Client.greeted(settings).withWillingUpstream();

        assertThat(client.says("MAIL FROM:<a@b> SIZE=101").seen())
                .containsExactly("552 5.3.4 Message exceeds the limit of 100 octets");
        assertThat(client.says("MAIL FROM:<a@b> SIZE=100").codes()).containsExactly(250);
    }

    @Test
    void aCommandLineIsAsLongAsTheExtensionsOfferedAskFor() {
        String orcpt = "RCPT TO:<c@d> ORCPT=rfc822;" + "x".repeat(493);
        settings.commandLine = 512;
        Client client = Client.greeted(settings).withWillingUpstream().says("MAIL FROM:<a@b>");
        client.seen();
        assertThat(client.says(orcpt).codes()).containsExactly(500);

        upstream("DSN");
        client = Client.greeted(settings).withWillingUpstream().says("MAIL FROM:<a@b>");
        client.seen();
        assertThat(client.says(orcpt).codes()).containsExactly(250);
        // NOTIFY and ORCPT at their longest, which is more than RET and ENVID.
        assertThat(client.says("NOOP " + "x".repeat(512 - 7 + 30 + 507)).codes())
                .containsExactly(500);
        assertThat(client.says("NOOP " + "x".repeat(512 - 7 + 29 + 507)).codes())
                .containsExactly(250);
    }

    private String ehlo() {
        return new Client(settings).says("EHLO c").seen().get(0);
    }

    private void upstream(String... lines) {
        List<String> all = new ArrayList<>(List.of("mx"));
        all.addAll(Arrays.asList(lines));
        settings.upstream = Capabilities.of(new Reply(250, all));
    }
}
