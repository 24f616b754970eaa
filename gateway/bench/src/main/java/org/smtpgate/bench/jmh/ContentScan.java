package org.smtpgate.bench.jmh;

import java.nio.ByteBuffer;
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
import org.smtpgate.smtp.wire.ContentScanner;

/** The search for the end of a message, in blocks of 64 KiB; 65.5 µs a block is 1 GB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ContentScan {
    private static final int BLOCK = 65_536;

    /** Octets of each line with its CRLF: of text, of base64, and the longest there may be. */
    @Param({"40", "78", "1000"})
    public int lineOctets;

    @Param({"false", "true"})
    public boolean direct;

    private final ContentScanner scanner = new ContentScanner();
    private ByteBuffer block;

    /** Fills the block with lines. */
    @Setup
    public void setUp() {
        block = direct ? ByteBuffer.allocateDirect(BLOCK) : ByteBuffer.allocate(BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            int column = i % lineOctets;
            block.put((byte) (column == lineOctets - 2 ? '\r' : column == lineOctets - 1 ? '\n' : 'x'));
        }
        // The next pass begins where this one ends: at the start of a line.
        block.put(BLOCK - 2, (byte) '\r').put(BLOCK - 1, (byte) '\n');
        block.put(BLOCK - 3, (byte) 'x').put(BLOCK - 4, (byte) 'x').flip();
        int end = BLOCK - BLOCK % lineOctets;
        if (BLOCK - end == 1) {
            block.put(end - 2, (byte) 'x').put(end - 1, (byte) 'x');
        }
    }

    /** One block. */
    @Benchmark
    public ContentScanner.Outcome block() {
        block.rewind();
        return scanner.scan(block);
    }
}
