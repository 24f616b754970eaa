package org.smtpgate.smtp.wire;

import java.util.ArrayList;
import java.util.List;
import org.smtpgate.smtp.Octets;

/** Says what {@link ContentScanner} must see, by looking at each byte with its neighbours and remembering nothing. */
public final class NaiveScanner {
    private NaiveScanner() {}

    /** Where the content first ends, terminator included; -1 if nowhere. The CRLF before may be that of DATA. */
    public static int endOf(byte[] content) {
        int found = ("\r\n" + Octets.text(content)).indexOf("\r\n.\r\n");
        return found < 0 ? -1 : found + 3;
    }

    /** Each stop of a scanner that goes on after an end as after any line. */
    static List<String> stops(byte[] content) {
        String text = "\r\n" + Octets.text(content);
        List<String> stops = new ArrayList<>();
        for (int i = 2; i < text.length(); i++) {
            boolean lf = text.charAt(i) == '\n';
            boolean behindCr = i > 2 && text.charAt(i - 1) == '\r';
            if (lf && behindCr && text.startsWith("\r\n.\r\n", i - 4)) {
                stops.add("END at " + (i - 1));
            } else if (lf != behindCr) {
                stops.add("BARE_NEWLINE at " + (i - 1));
            }
        }
        return stops;
    }
}
