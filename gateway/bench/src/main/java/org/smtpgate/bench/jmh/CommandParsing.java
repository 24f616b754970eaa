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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.wire.CommandParser;
import org.smtpgate.smtp.wire.LineBuffer;

/** From a client's octets to a command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CommandParsing {
    private static final int LINE_MAX = 1055;

    @Param({
        "EHLO client.example.org",
        "MAIL FROM:<alice@example.org>",
        "MAIL FROM:<alice@example.org> SIZE=4096 BODY=8BITMIME",
        "RCPT TO:<bob@example.net>",
        "DATA"
    })
    public String line;

    private final LineBuffer lines = new LineBuffer(LINE_MAX);
    private ByteBuffer octets;

    /** Puts the line on the wire. */
    @Setup
    public void setUp() {
        byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
        octets = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** One line. */
    @Benchmark
    public Command parse() {
        octets.rewind();
        lines.take(octets);
        return CommandParser.parse(lines.line());
    }
}
