package org.smtpgate.bench.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.bench.message.MessageReader.Outcome;

/** Whether the sink would notice: a measurement that cannot see a broken message proves nothing by its zeros. */
class MessageReaderTest {
    private static final int SIZE = 1000;
    private static final int FINAL_LINE = 3;

    private final MessageMaker maker = new MessageMaker(7, SIZE);
    private final MessageReader reader = new MessageReader();

    @Test
    void everySizeIsMadeAsAskedAndReadAsIntact() {
        for (int size = 250; size < 500; size++) {
            byte[] content = bytes(new MessageMaker(7, size).content(3));
            assertThat(content).hasSize(size + FINAL_LINE);
            assertThat(new String(content, StandardCharsets.US_ASCII)).doesNotContainPattern("\r[^\n]|[^\r]\n");
            assertThat(read(content)).as("size %d", size).isEqualTo(Outcome.INTACT);
        }
    }

    @Test
    void tellsWhichMessageItWas() {
        assertThat(read(bytes(maker.content(42)))).isEqualTo(Outcome.INTACT);
        assertThat(reader.label().run()).isEqualTo(7);
        assertThat(reader.label().number()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 77, 500})
    void isReadAlikeInPieces(int piece) {
        byte[] content = bytes(maker.content(1));
        reader.begin();
        ByteBuf pending = Unpooled.buffer();
        Outcome outcome = Outcome.MORE;
        for (int from = 0; from < content.length; from += piece) {
            assertThat(outcome).isEqualTo(Outcome.MORE);
            pending.writeBytes(content, from, Math.min(piece, content.length - from));
            outcome = reader.read(pending);
        }
        assertThat(outcome).isEqualTo(Outcome.INTACT);
        assertThat(pending.isReadable()).isFalse();
    }

    @Test
    void anotherHeaderFieldBeforeItDoesNoHarm() {
        byte[] content = bytes(maker.content(1));
        byte[] received = "Received: from a by b; now\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(concat(received, content, 0, content.length))).isEqualTo(Outcome.INTACT);
    }

    @Test
    void everyChangedOctetOfTheBodyIsSeen() {
        byte[] content = bytes(maker.content(1));
        for (int i = bodyStart(content); i < content.length; i++) {
            byte[] changed = content.clone();
            changed[i] ^= 1;
            assertThat(read(changed)).as("octet %d", i).isEqualTo(Outcome.CORRUPT);
        }
    }

    @Test
    void everyOctetLostOrDoubledIsSeen() {
        byte[] content = bytes(maker.content(1));
        byte[] next = bytes(maker.content(2));
        for (int i = bodyStart(content); i < content.length; i++) {
            byte[] before = Arrays.copyOf(content, i);
            byte[] lost = concat(concat(before, content, i + 1, content.length), next, 0, next.length);
            byte[] doubled = concat(concat(before, content, i, i + 1), content, i, content.length);
            assertThat(read(lost)).as("without octet %d", i).isEqualTo(Outcome.CORRUPT);
            boolean behindTheEnd = i == content.length - 1;
            if (!behindTheEnd) {
                assertThat(read(doubled)).as("octet %d twice", i).isEqualTo(Outcome.CORRUPT);
            }
        }
    }

    @Test
    void halvesOfTwoMessagesAreSeen() {
        byte[] one = bytes(maker.content(1));
        byte[] two = bytes(maker.content(2));
        byte[] mixed = concat(Arrays.copyOf(one, SIZE / 2), two, SIZE / 2, two.length);
        assertThat(read(mixed)).isEqualTo(Outcome.CORRUPT);
    }

    @Test
    void aMessageWithoutLabelIsNotTakenForOne() {
        byte[] foreign = "Subject: x\r\n\r\nhello\r\n.\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(foreign)).isEqualTo(Outcome.CORRUPT);
        assertThat(reader.label()).isNull();
    }

    @Test
    void aSizeThatHasNoRoomForTheLabelIsRefused() {
        assertThatThrownBy(() -> new MessageMaker(7, 50))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("50 octets is too small");
    }

    private Outcome read(byte[] content) {
        reader.begin();
        return reader.read(Unpooled.wrappedBuffer(content));
    }

    private static int bodyStart(byte[] content) {
        return new String(content, StandardCharsets.US_ASCII).indexOf("\r\n\r\n") + 4;
    }

    private static byte[] bytes(ByteBuf content) {
        return ByteBufUtil.getBytes(content);
    }

    private static byte[] concat(byte[] first, byte[] second, int from, int to) {
        byte[] both = Arrays.copyOf(first, first.length + to - from);
        System.arraycopy(second, from, both, first.length, to - from);
        return both;
    }
}
