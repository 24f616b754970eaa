package org.smtpgate.bench.jmh;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A message through both machines, from the client's MAIL to its 250, on a session and a connection that are open. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WholeTransaction {
    @Param({"4096", "65536"})
    public int contentOctets;

    private DirectRelay relay;
    private ByteBuffer envelope;
    private ByteBuffer content;

    /** Opens the session and the connection. */
    @Setup(Level.Iteration)
    public void setUp() {
        relay = new DirectRelay();
        envelope =
                DirectRelay.octets("MAIL FROM:<alice@example.org> SIZE=4096\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n");
        content = DirectRelay.octets("x".repeat(76).concat("\r\n").repeat(contentOctets / 78) + ".\r\n");
    }

    /** One message, pipelined; the octets that go to the client and to the upstream. */
    @Benchmark
    public long message() {
        relay.client(envelope.rewind());
        relay.client(content.rewind());
        return relay.written();
    }
}
