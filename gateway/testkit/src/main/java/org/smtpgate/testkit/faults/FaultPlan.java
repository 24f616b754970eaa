package org.smtpgate.testkit.faults;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.smtpgate.testkit.Transport;

/** Says what is to happen to each connection of a {@link FaultProxy}: a function of the seed and of nothing else. */
public final class FaultPlan {
    private static final FaultKind[] KINDS = {
        FaultKind.EOF,
        FaultKind.EOF,
        FaultKind.EOF,
        FaultKind.RST,
        FaultKind.RST,
        FaultKind.RST,
        FaultKind.HALF_CLOSE_BY_SERVER,
        FaultKind.HALF_CLOSE_BY_SERVER,
        FaultKind.HALF_CLOSE_BY_CLIENT,
        FaultKind.HALF_CLOSE_BY_CLIENT,
        FaultKind.HANG,
        FaultKind.DELAY,
        FaultKind.DELAY,
        FaultKind.TRICKLE,
        FaultKind.REPLY_421,
        FaultKind.REPLY_421,
        FaultKind.REPLY_221,
        FaultKind.REPLY_221
    };
    private static final int KINDS_THAT_SAY_NOTHING = 14;

    private static final int TURNS_OF_HANDSHAKE = 3;
    private static final int TURNS_OF_TRANSACTION = 8;
    private static final int LONGEST_LINE = 40;
    private static final int LARGEST_CONTENT = 50_000;

    private final long seed;
    private final Transport transport;
    private final int transactions;
    private final int percent;

    /**
     * @param seed the same one gives the same plan
     * @param transport how the server is reached: it decides which points there are
     * @param transactions in one of the first so many of its connection a fault strikes
     * @param percent of connections that are to meet a fault
     */
    public FaultPlan(long seed, Transport transport, int transactions, int percent) {
        this.seed = seed;
        this.transport = transport;
        this.transactions = transactions;
        this.percent = percent;
    }

    /** What is to happen to a connection, given by its number in order of acceptance. */
    public Optional<PlannedFault> of(int connection) {
        SplittableRandom random = new SplittableRandom(seed ^ (connection * 0x9E3779B97F4A7C15L >>> 1));
        if (random.nextInt(100) >= percent) {
            return Optional.empty();
        }
        FaultPoint point = point(random);
        FaultKind kind = KINDS[random.nextInt(point.inTls() ? KINDS_THAT_SAY_NOTHING : KINDS.length)];
        int offset = kind.speaks() ? 0 : offset(point, random);
        return Optional.of(new PlannedFault(kind, point, turn(point, random), offset, pause(kind, random)));
    }

    private FaultPoint point(SplittableRandom random) {
        int total = 0;
        for (FaultPoint point : FaultPoint.values()) {
            total += point.weight(transport);
        }
        int left = random.nextInt(total);
        for (FaultPoint point : FaultPoint.values()) {
            left -= point.weight(transport);
            if (left < 0) {
                return point;
            }
        }
        throw new IllegalStateException("no point for " + transport);
    }

    private int turn(FaultPoint point, SplittableRandom random) {
        return switch (point) {
            case ACCEPT, GREETING, EHLO, EHLO_REPLY, STARTTLS, STARTTLS_REPLY, QUIT, QUIT_REPLY -> 0;
            case TLS_HANDSHAKE -> 1 + random.nextInt(TURNS_OF_HANDSHAKE);
            case TLS_DIALOGUE -> 1 + TURNS_OF_HANDSHAKE + random.nextInt(transactions * TURNS_OF_TRANSACTION);
            default -> 1 + random.nextInt(transactions);
        };
    }

    /** Half of them strike before anything has passed. */
    private static int offset(FaultPoint point, SplittableRandom random) {
        if (random.nextBoolean()) {
            return 0;
        }
        int most = point == FaultPoint.CONTENT || point == FaultPoint.TLS_DIALOGUE ? LARGEST_CONTENT : LONGEST_LINE;
        return (int) Math.pow(most, random.nextDouble());
    }

    private static Duration pause(FaultKind kind, SplittableRandom random) {
        return switch (kind) {
            case HANG -> Duration.ofMillis(500 + random.nextInt(3_500));
            case DELAY -> Duration.ofMillis(20 + random.nextInt(600));
            default -> Duration.ZERO;
        };
    }
}
