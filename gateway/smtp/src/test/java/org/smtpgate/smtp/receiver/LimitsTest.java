package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    private final Settings settings = new Settings();

    @Test
    void noMoreRepliesAreOwedThanTheLimit() {
        settings.repliesOwed = 4;
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "NOOP", "NOOP", "NOOP", "RCPT TO:<c@d>");
        assertThat(client.seen()).containsExactly("(MAIL <a@b>)");
        assertThat(client.session.wantsInput()).isFalse();

        assertThat(client.upstreamSays(250).seen()).contains("(RCPT <c@d>)");
    }

    @Test
    void aCommandLineTooLongIsRefusedAndSoIsOneLongerThanAnyLine() {
        settings.commandLine = 20;
        Client client = Client.greeted(settings);

        assertThat(client.says("NOOP 7890123456789012").codes()).hasSize(1).containsExactly(500);
        assertThat(client.says("NOOP 7890123456789").codes()).containsExactly(250);
        assertThat(client.says("NOOP " + "x".repeat(13_000), "NOOP").codes()).containsExactly(500, 250);
    }

    @Test
    void tooManyRecipientsAre452AndNoError() {
        settings.recipients = 2;
        settings.errors = 1;
        Client client = Client.greeted(settings).withWillingUpstream().says("MAIL FROM:<a@b>");
        client.seen();

        assertThat(client.says("RCPT TO:<c@d>", "RCPT TO:<c@d>", "RCPT TO:<c@d>", "RCPT TO:<c@d>", "DATA")
                        .codes())
                .containsExactly(250, 250, 452, 452, 354);
    }
}
