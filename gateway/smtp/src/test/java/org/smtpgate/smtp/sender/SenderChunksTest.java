package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Stage;

/** Content in chunks (RFC 3030), on its way to an upstream. */
class SenderChunksTest {
    private static final Command.Bdat CHUNK = new Command.Bdat(86, false);
    private static final Command.Bdat LAST = new Command.Bdat(0, true);

    @Test
    void aChunkIsAnsweredWhenItIsWhole() {
        Upstream upstream = inTransaction("CHUNKING").begins(CHUNK);
        assertThat(upstream.seen()).containsExactly("BDAT 86");
        assertThat(upstream.session.awaiting()).isEqualTo(Stage.CONTENT);
        assertThat(upstream.session.takesChunk()).isFalse();

        upstream.session.contentEnded();
        assertThat(upstream.session.awaiting()).isEqualTo(Stage.BDAT);
        assertThat(upstream.says("250 86 octets\r\n").seen()).containsExactly("(BDAT: 250)");
        assertThat(upstream.session.awaiting()).isNull();
        assertThat(upstream.session.reusable()).isFalse();

        upstream.begins(LAST).session.contentEnded();
        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("BDAT 0 LAST", "(END_OF_DATA: 250)");
        assertThat(upstream.session.reusable()).isTrue();
    }

    @Test
    void withPipeliningAnotherMayBeSentMeanwhile() {
        Upstream upstream = inTransaction("CHUNKING", "PIPELINING").begins(CHUNK);
        upstream.session.contentEnded();
        assertThat(upstream.session.takesChunk()).isTrue();
        upstream.begins(LAST);

        assertThat(upstream.says("250 first\r\n").seen()).containsExactly("BDAT 86", "BDAT 0 LAST", "(BDAT: 250)");
        assertThat(upstream.session.awaiting()).isEqualTo(Stage.CONTENT);
        upstream.session.contentEnded();
        assertThat(upstream.says("250 all\r\n").seen()).containsExactly("(END_OF_DATA: 250)");
    }

    @Test
    void withoutPipeliningItMustWait() {
        Upstream upstream = inTransaction("CHUNKING").begins(CHUNK);
        upstream.session.contentEnded();

        assertThat(upstream.session.takesChunk()).isFalse();
        assertThatThrownBy(() -> upstream.begins(LAST)).isInstanceOf(IllegalStateException.class);
    }

    /** A 250 before the last octet is no acceptance of what it has not seen. */
    @ParameterizedTest
    @CsvSource({
        "250, PROTOCOL",
        "354, PROTOCOL",
        "552, EARLY_REPLY",
        "451, EARLY_REPLY",
        "421, REPLY_421",
        "221, REPLY_221"
    })
    void aReplyBeforeTheEndOfAChunkIsNeverTheAnswerToIt(int code, Loss.Kind kind) {
        Upstream upstream = inTransaction("CHUNKING").begins(CHUNK).says(code + " early\r\n");

        assertThat(upstream.loss().kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"251, PROTOCOL", "220, PROTOCOL", "354, PROTOCOL", "421, REPLY_421", "221, REPLY_221"})
    void nothingBut250IsASuccessOfAChunk(int code, Loss.Kind kind) {
        Upstream upstream = inTransaction("CHUNKING").begins(CHUNK);
        upstream.session.contentEnded();

        assertThat(upstream.says(code + " what\r\n").loss().kind()).isEqualTo(kind);
    }

    @Test
    void aRefusedChunkLeavesTheTransactionToBeReset() {
        Upstream upstream = inTransaction("CHUNKING").begins(CHUNK);
        upstream.session.contentEnded();

        assertThat(upstream.says("552 too much\r\n").seen()).endsWith("(BDAT: 552)");
        assertThat(upstream.session.awaiting()).isNull();
        assertThat(upstream.session.reusable()).isFalse();
    }

    /** RFC 2033 section 4.2: the last chunk is answered for each recipient, those before it once. */
    @Test
    void overLmtpTheRepliesToTheLastChunkAreOneAnswer() {
        Upstream upstream = new Upstream(Handshake.plain("gate").overLmtp());
        upstream.says("220 mx\r\n").says("250-mx\r\n250 CHUNKING\r\n");
        upstream.isSent(Upstream.MAIL).says("250 ok\r\n");
        upstream.isSent(Upstream.RCPT).says("250 ok\r\n").isSent(Upstream.RCPT).says("250 ok\r\n");
        upstream.begins(CHUNK).session.contentEnded();
        upstream.seen();

        assertThat(upstream.says("250 86 octets\r\n").seen()).containsExactly("(BDAT: 250)");
        upstream.begins(LAST).session.contentEnded();
        upstream.seen();
        assertThat(upstream.says("250 ok\r\n").seen()).isEmpty();
        assertThat(upstream.says("452 full\r\n").seen()).containsExactly("(END_OF_DATA: 451)");
        assertThat(upstream.session.reusable()).isTrue();
    }

    private static Upstream inTransaction(String... keywords) {
        Upstream upstream = Upstream.ready(keywords);
        upstream.isSent(Upstream.MAIL).says("250 ok\r\n").isSent(Upstream.RCPT).says("250 ok\r\n");
        upstream.seen();
        return upstream;
    }
}
