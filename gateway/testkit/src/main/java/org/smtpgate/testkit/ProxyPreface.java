package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Reads the header of the PROXY protocol, either version, and not a byte beyond it. */
final class ProxyPreface {
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int LINE_MAX = 107;

    private final Wire wire;

    ProxyPreface(Wire wire) {
        this.wire = wire;
    }

    /**
     * In the words of version 1, whichever it was; LOCAL for a connection of the proxy's own. Version 2 adds what it
     * says of TLS.
     *
     * @throws IOException for whatever is no header
     */
    String read() throws IOException {
        byte[] begin = take(SIGNATURE.length);
        return Arrays.equals(begin, SIGNATURE) ? binary() : line(begin);
    }

    private String line(byte[] begin) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(begin);
        while (!line.toString(StandardCharsets.US_ASCII).endsWith("\r\n")) {
            if (line.size() == LINE_MAX) {
                throw new IOException("a PROXY header that is too long: " + line);
            }
            line.writeBytes(take(1));
        }
        String text = line.toString(StandardCharsets.US_ASCII).strip();
        if (!text.matches("PROXY (UNKNOWN.*|TCP[46] \\S+ \\S+ [1-9][0-9]* [1-9][0-9]*)")) {
            throw new IOException("no PROXY header: " + text);
        }
        return text;
    }

    private String binary() throws IOException {
        byte[] fixed = take(4);
        byte[] rest = take((fixed[2] & 0xFF) << 8 | fixed[3] & 0xFF);
        if (fixed[0] == 0x20) {
            return "LOCAL";
        }
        int size = fixed[1] == 0x11 ? 4 : 16;
        if (fixed[0] != 0x21 || fixed[1] != 0x11 && fixed[1] != 0x21) {
            throw new IOException("no PROXY header of version 2 for TCP");
        }
        String text = "PROXY " + (size == 4 ? "TCP4 " : "TCP6 ") + address(rest, 0, size) + " "
                + address(rest, size, size) + " " + port(rest, 2 * size) + " " + port(rest, 2 * size + 2);
        return text + tls(rest, 2 * size + 4);
    }

    private static String tls(byte[] rest, int at) {
        StringBuilder text = new StringBuilder();
        for (int i = at; i + 3 <= rest.length; i += 3 + port(rest, i + 1)) {
            if (rest[i] == 0x20) {
                // The client's bits and the result of its verification come before the TLVs inside.
                text.append(" client=").append(rest[i + 3]).append(inner(rest, i + 8, i + 3 + port(rest, i + 1)));
            }
        }
        return text.toString();
    }

    private static String inner(byte[] rest, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i + 3 <= to; i += 3 + port(rest, i + 1)) {
            text.append(rest[i] == 0x21 ? " version=" : rest[i] == 0x23 ? " cipher=" : " other=")
                    .append(new String(rest, i + 3, port(rest, i + 1), StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    private static String address(byte[] from, int at, int size) throws IOException {
        byte[] address = new byte[size];
        System.arraycopy(from, at, address, 0, size);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    private static int port(byte[] from, int at) {
        return (from[at] & 0xFF) << 8 | from[at + 1] & 0xFF;
    }

    private byte[] take(int count) throws IOException {
        byte[] bytes = new byte[count];
        byte[] one = new byte[1];
        for (int i = 0; i < count; i++) {
            wire.read(one, 0, Duration.ZERO);
            bytes[i] = one[0];
        }
        return bytes;
    }
}
