package org.smtpgate.it.faults;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One message of a run. Sender, recipients and content have its number in them, so that nothing of one can be taken for
 * another's; all of it follows from the seed.
 */
record PlannedMail(long seed, int number) {

    private static final int MOST_RECIPIENTS = 3;
    private static final int LONGEST_LINE = 78;
    private static final int FEW_LINES = 20;
    private static final int SOME_LINES = 400;
    private static final int MANY_LINES = 5_000;

    private SplittableRandom random() {
        return new SplittableRandom(seed ^ number * 0x9E3779B97F4A7C15L >>> 1);
    }

    String sender() {
        return "m" + number + "@sender.example";
    }

    /** Three of four messages have one. */
    List<String> recipients() {
        SplittableRandom random = random();
        int count = random.nextInt(4) > 0 ? 1 : 2 + random.nextInt(MOST_RECIPIENTS - 1);
        return IntStream.range(0, count)
                .mapToObj(index -> "m" + number + "." + index + "@example.org")
                .toList();
    }

    /** The number of the message that an address of either end stands for. */
    static int numberOf(String address) {
        String digits = address.substring(1).split("[.@]", 2)[0];
        return Integer.parseInt(digits);
    }

    /** The text as its reader is to find it, with LF at each line's end: from one line to some hundred KiB. */
    String text() {
        SplittableRandom random = random().split();
        StringBuilder text = new StringBuilder("X-Test-Id: " + number + "\n");
        int lines = lines(random);
        if (lines > 0) {
            text.append("Subject: message ").append(number).append("\n\n");
        }
        for (int i = 0; i < lines; i++) {
            if (random.nextInt(10) == 0) {
                text.append('.');
            }
            for (int left = random.nextInt(LONGEST_LINE); left > 0; left--) {
                text.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int lines(SplittableRandom random) {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> random.nextInt(MANY_LINES);
            case 2, 3, 4, 5 -> random.nextInt(SOME_LINES);
            default -> random.nextInt(FEW_LINES);
        };
    }

    /** As it stands on the wire behind DATA: CRLF, dots stuffed, and the final dot. */
    byte[] wire() {
        String stuffed = ("\n" + text()).replace("\n.", "\n..").substring(1);
        return (stuffed.replace("\n", "\r\n") + ".\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
