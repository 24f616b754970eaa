package org.smtpgate.auth.dovecot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Lines of any content, cut in any way. */
class AuthLineProperties {

    @Property
    void whatIsWrittenIsRead(@ForAll("lines") AuthLine line) {
        byte[] octets = line.octets();

        assertThat(AuthLine.parse(Arrays.copyOf(octets, octets.length - 1))).isEqualTo(line);
    }

    /** Nobody gets a second line, or a field more, into what is sent. */
    @Property
    void noFieldBreaksOutOfItsPlace(@ForAll("lines") AuthLine line) {
        String written = new String(line.octets(), UTF_8);

        assertThat(written.chars().filter(c -> c == '\n')).hasSize(1);
        assertThat(written).endsWith("\n").doesNotContain("\r", "\0");
        assertThat(written.chars().filter(c -> c == '\t')).hasSize(line.fields().size());
    }

    @Property
    void anyOctetsAreSomeLine(@ForAll byte[] octets) {
        AuthLine line = AuthLine.parse(octets);

        assertThat(line.command()).isNotNull();
        assertThat(line.field(line.fields().size())).isEmpty();
    }

    @Property
    void piecesAreReadAsTheWhole(@ForAll("streams") byte[] stream, @ForAll("cuts") List<Integer> cuts)
            throws BrokenProtocolException {
        List<String> whole = new ArrayList<>();
        new LineReader(line -> whole.add(new String(line, UTF_8))).read(Buffer.buffer(stream));

        List<String> pieces = new ArrayList<>();
        LineReader reader = new LineReader(line -> pieces.add(new String(line, UTF_8)));
        int from = 0;
        for (int cut : cuts) {
            int to = Math.min(stream.length, from + cut);
            reader.read(Buffer.buffer(Arrays.copyOfRange(stream, from, to)));
            from = to;
        }
        reader.read(Buffer.buffer(Arrays.copyOfRange(stream, from, stream.length)));

        assertThat(pieces).isEqualTo(whole);
        assertThat(whole).hasSize((int)
                new String(stream, UTF_8).chars().filter(c -> c == '\n').count());
    }

    @Provide
    Arbitrary<AuthLine> lines() {
        Arbitrary<String> field = Arbitraries.strings()
                .withChars('\0', '\1', '\t', '\r', '\n', '=', 'a', 't', '0', 'ü')
                .ofMaxLength(20);
        return Combinators.combine(
                        Arbitraries.of("AUTH", "CONT", "OK"), field.list().ofMaxSize(6))
                .as(AuthLine::new);
    }

    @Provide
    Arbitrary<byte[]> streams() {
        return Arbitraries.of("OK\t1\tuser=a\n", "\n", "FAIL\t2", "ü", "\t\1t\n", "DONE\n")
                .list()
                .ofMaxSize(12)
                .map(parts -> {
                    ByteArrayOutputStream stream = new ByteArrayOutputStream();
                    parts.forEach(part -> stream.writeBytes(part.getBytes(UTF_8)));
                    return stream.toByteArray();
                });
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 5).list().ofMaxSize(20);
    }
}
