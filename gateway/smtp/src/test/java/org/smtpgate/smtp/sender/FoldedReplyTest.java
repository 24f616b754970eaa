package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Reply;

class FoldedReplyTest {
    private final FoldedReply folded = new FoldedReply();

    @Test
    void ifAllAreAcceptedTheLastReplyIsTheAnswer() {
        told("a@x", 250, "2.0.0 one");
        told("b@x", 250, "2.0.0 two");

        assertThat(folded.reply()).isEqualTo(new Reply(250, List.of("2.0.0 two")));
    }

    @Test
    void oneTransientRefusalMakesItTransientAndAllRefusalsAreNamed() {
        told("a@x", 550, "5.1.1 unknown");
        told("b@x", 250, "2.0.0 ok");
        told("c@x", 452, "4.2.2 full");
        told("d@x", 451, "4.3.0 later");

        assertThat(folded.reply())
                .isEqualTo(new Reply(
                        451,
                        List.of(
                                "4.2.2 <a@x>: 550 5.1.1 unknown",
                                "4.2.2 <c@x>: 452 4.2.2 full",
                                "4.2.2 <d@x>: 451 4.3.0 later",
                                "4.2.2 Refused for 3 of 4 recipients")));
    }

    @Test
    void ifAllRefusalsArePermanentSoIsTheAnswer() {
        told("a@x", 250, "2.0.0 ok");
        told("b@x", 550, "5.1.1 unknown");
        told("c@x", 552, "5.2.2 full");

        assertThat(folded.reply())
                .isEqualTo(new Reply(
                        554,
                        List.of(
                                "5.1.1 <b@x>: 550 5.1.1 unknown",
                                "5.1.1 <c@x>: 552 5.2.2 full",
                                "5.1.1 Refused for 2 of 3 recipients")));
    }

    @ParameterizedTest
    @CsvSource({
        "450, 4.2.0 busy, 4.2.0",
        "450, 5.2.0 at odds, 4.0.0",
        "450, 4.2 short, 4.0.0",
        "450, 4.2.0.1 long, 4.0.0",
        "450, 4.2.0000 wide, 4.0.0",
        "550, no, 5.0.0",
        "550, '', 5.0.0",
        "550, 5.7.1, 5.7.1"
    })
    void theEnhancedStatusIsTheServersIfItIsOneOfItsClass(int code, String text, String status) {
        told("a@x", code, text);

        assertThat(folded.reply().lines()).allSatisfy(line -> assertThat(line).startsWith(status + " "));
    }

    @Test
    void noMoreThanTwentyAreNamedAndAllAreCounted() {
        for (int i = 0; i < 1_000; i++) {
            told("r" + i + "@x", 550, "5.1.1 unknown");
        }

        assertThat(folded.reply().lines()).hasSize(21).last().isEqualTo("5.1.1 Refused for 1000 of 1000 recipients");
    }

    @Test
    void aTransientRefusalCountsThoughItIsNotNamed() {
        for (int i = 0; i < 100; i++) {
            told("r" + i + "@x", 550, "5.1.1 unknown");
        }
        told("last@x", 450, "4.2.0 busy");

        assertThat(folded.reply().code()).isEqualTo(451);
        assertThat(folded.reply().lines()).allSatisfy(line -> assertThat(line).startsWith("4.2.0 "));
    }

    @Test
    void aLineIsNoLongerThanALineOfAReplyMayBe() {
        told("r".repeat(2_000) + "@x", 550, "5.1.1 " + "u".repeat(2_000));

        assertThat(folded.reply().lines().get(0)).hasSize(506).contains("r>: 550 5.1.1 u");
    }

    @Test
    void anAddressIsSpelledInOctetsAndNotCutWithinACharacter() {
        told("\u00fc".repeat(500) + "@x", 550, "no");

        String line = folded.reply().lines().get(0);
        String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        assertThat(text).isEqualTo("5.0.0 <" + "\u00fc".repeat(128) + ">: 550 no");
    }

    @Test
    void anAddressCannotBeginALineOfItsOwn() {
        told("a\r\n250 ok\0\u007f@x", 550, "no");

        assertThat(folded.reply().lines().get(0)).isEqualTo("5.0.0 <a??250 ok??@x>: 550 no");
    }

    private void told(String mailbox, int code, String text) {
        folded.add(new Address(mailbox), new Reply(code, List.of(text)));
    }
}
