package org.smtpgate.app.service;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.Tls;
import org.smtpgate.proxy.dns.Literals;

/** What an nginx says of a client by the headers of its {@code auth_http}, which are percent-encoded in part. */
final class AuthHttpQuestion {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final HttpServerRequest request;
    private final byte[] user;
    private final byte[] password;

    AuthHttpQuestion(HttpServerRequest request) {
        this.request = request;
        this.user = decoded(header("Auth-User"));
        this.password = decoded(header("Auth-Pass"));
    }

    /** Whether the client has presented a password: LOGIN is called plain too. */
    boolean isPassword() {
        return header("Auth-Method").equals("plain");
    }

    /** The login that the client named. */
    String user() {
        return new String(user, StandardCharsets.UTF_8);
    }

    /** The message of PLAIN (RFC 4616) that says the same; null for what PLAIN cannot say, as there is a NUL in it. */
    byte[] plain() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(0);
        message.writeBytes(user);
        message.write(0);
        message.writeBytes(password);
        byte[] octets = message.toByteArray();
        int nuls = 0;
        for (byte octet : octets) {
            nuls += octet == 0 ? 1 : 0;
        }
        return nuls == 2 ? octets : null;
    }

    /** The number of this login within its session at nginx, from 1. */
    int attempt() {
        String attempt = header("Auth-Login-Attempt");
        return attempt.matches("[1-9]\\d{0,5}") ? Integer.parseInt(attempt) : 1;
    }

    /** Where the client is, as nginx sees it. */
    Origin origin(String listener) {
        String client = header("Client-IP");
        return new Origin(
                listener,
                "auth-http-" + NUMBER.incrementAndGet(),
                Literals.isAddress(client) ? SocketAddress.inetSocketAddress(0, client) : request.remoteAddress(),
                request.localAddress(),
                header("Auth-SSL").equals("on")
                        ? new Tls(header("Auth-SSL-Protocol"), header("Auth-SSL-Cipher"), null)
                        : null,
                decodedText("Auth-SMTP-Helo"),
                attempt());
    }

    private String decodedText(String name) {
        return new String(decoded(header(name)), StandardCharsets.UTF_8);
    }

    /** Empty when there is none; its octets are characters of ISO 8859-1. */
    private String header(String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    private static byte[] decoded(String escaped) {
        byte[] octets = escaped.getBytes(StandardCharsets.ISO_8859_1);
        int length = 0;
        for (int at = 0; at < octets.length; at++) {
            int value = octets[at] == '%' && at + 2 < octets.length ? hex(octets[at + 1], octets[at + 2]) : -1;
            octets[length++] = value < 0 ? octets[at] : (byte) value;
            at += value < 0 ? 0 : 2;
        }
        return Arrays.copyOf(octets, length);
    }

    private static int hex(byte high, byte low) {
        int first = Character.digit(high, 16);
        int second = Character.digit(low, 16);
        return first < 0 || second < 0 ? -1 : first << 4 | second;
    }

    /** It holds a password. */
    @Override
    public String toString() {
        return "AuthHttpQuestion[" + user() + "]";
    }
}
