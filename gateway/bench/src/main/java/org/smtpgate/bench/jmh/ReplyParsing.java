package org.smtpgate.bench.jmh;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.wire.ReplyParser;
import org.smtpgate.smtp.wire.ReplyWriter;

/** From an upstream's octets to a reply, and back to octets for the client. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ReplyParsing {
    private static final ByteBuffer OK = direct("250 2.0.0 Ok: queued as 4XyZ0k1234z9Qd\r\n");
    private static final ByteBuffer EHLO = direct("250-mail.example.net\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n"
            + "250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250 CHUNKING\r\n");

    private final ReplyParser parser = new ReplyParser();

    /** A reply of one line. */
    @Benchmark
    public Reply oneLine() {
        return parse(OK);
    }

    /** The reply to EHLO, of nine lines. */
    @Benchmark
    public Reply ehlo() {
        return parse(EHLO);
    }

    /** A reply of one line, as it is passed on. */
    @Benchmark
    public byte[] oneLinePassedOn() {
        return ReplyWriter.write(parse(OK));
    }

    private Reply parse(ByteBuffer octets) {
        octets.rewind();
        parser.take(octets);
        return parser.reply();
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
