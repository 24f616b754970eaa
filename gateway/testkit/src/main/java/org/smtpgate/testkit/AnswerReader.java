package org.smtpgate.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads replies with no tolerance: RFC 5321 4.2 to the letter, or an error. */
final class AnswerReader {
    /** RFC 5321 4.5.3.1.5 counts the CRLF in its 512. */
    private static final int LONGEST_LINE = 510;

    private static final Pattern LINE = Pattern.compile("[2-5][0-9]{2}([ -].*)?", Pattern.DOTALL);

    private final LineStream lines;
    private final Transcript transcript;

    AnswerReader(LineStream lines, Transcript transcript) {
        this.lines = lines;
        this.transcript = transcript;
    }

    Answer read(Duration timeout) throws IOException {
        List<String> texts = new ArrayList<>();
        String code = null;
        while (true) {
            String line = readLine(timeout);
            String itsCode = line.substring(0, 3);
            check(code == null || code.equals(itsCode), "two codes in one reply");
            code = itsCode;
            texts.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new Answer(Integer.parseInt(code), List.copyOf(texts));
            }
        }
    }

    private String readLine(Duration timeout) throws IOException {
        LineStream.Line line = lines.readLine(timeout);
        transcript.received(line.text());
        check(line.crlf(), "a line that ends in LF alone");
        check(line.text().indexOf('\r') < 0, "a bare CR");
        check(line.text().length() <= LONGEST_LINE, "a line longer than 512 bytes");
        check(LINE.matcher(line.text()).matches(), "a line that is no reply");
        return line.text();
    }

    private void check(boolean right, String wrong) throws IOException {
        if (!right) {
            throw new IOException("the server sent " + wrong);
        }
    }
}
