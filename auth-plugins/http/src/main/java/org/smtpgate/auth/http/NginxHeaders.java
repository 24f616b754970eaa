package org.smtpgate.auth.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;

/**
 * What nginx' mail module says to its {@code auth_http} service about a login, in its order.
 *
 * @param verifyClient what nginx calls {@code ssl_verify_client}: then it speaks of certificates even where there is none
 * @param passClientCert what nginx calls {@code auth_http_pass_client_cert}
 * @param more what nginx calls {@code auth_http_header}, in their order
 */
record NginxHeaders(boolean verifyClient, boolean passClientCert, Map<String, String> more) {
    NginxHeaders {
        // Not Map.copyOf, which would forget their order.
        more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    /** What nginx says for a client whose name it has not looked up. */
    private static final String NO_NAME = "[UNAVAILABLE]";

    /**
     * Octets of name and password together, escaped. nginx itself reads no longer line from its clients. A service would not
     * answer to more, and be taken for broken because of it.
     */
    private static final int LONGEST = 4096;

    /** A login in nginx' terms; the salt is null where there is none. */
    private record Login(String method, String user, String pass, String salt) {}

    List<Header> about(SubmittedCredentials credentials) {
        Login login = login(credentials);
        Origin origin = credentials.origin();
        List<Header> headers = new ArrayList<>();
        headers.add(Header.of("Auth-Method", login.method()));
        headers.add(new Header("Auth-User", Escape.of(login.user())));
        headers.add(new Header("Auth-Pass", Escape.of(login.pass())));
        if (login.salt() != null) {
            headers.add(Header.of("Auth-Salt", login.salt()));
        }
        headers.add(Header.of("Auth-Protocol", "smtp"));
        headers.add(Header.of("Auth-Login-Attempt", Integer.toString(origin.attempt())));
        headers.add(Header.of("Client-IP", canonical(origin.address())));
        headers.add(Header.of("Client-Host", NO_NAME));
        if (origin.encrypted()) {
            headers.addAll(new TlsHeaders(verifyClient, passClientCert).about(origin.tls()));
        }
        more.forEach((name, value) -> headers.add(Header.of(name, value)));
        return headers;
    }

    /** Whether name and password are no longer than what every web server takes for headers. */
    boolean fit(SubmittedCredentials credentials) {
        Login login = login(credentials);
        return Escape.of(login.user()).length + Escape.of(login.pass()).length <= LONGEST;
    }

    /** Whom nginx takes the client for, unless the service says better. */
    static String user(SubmittedCredentials credentials) {
        return credentials instanceof SubmittedCertificate certificate
                ? certificate.authorizationId()
                : credentials.username();
    }

    private static Login login(SubmittedCredentials credentials) {
        if (credentials instanceof SubmittedPassword password) {
            return new Login("plain", user(password), password.getPassword(), null);
        }
        if (credentials instanceof SubmittedDigest digest) {
            return new Login("cram-md5", user(digest), digest.digest(), digest.challenge());
        }
        if (credentials instanceof SubmittedCertificate certificate) {
            return new Login("external", user(certificate), "", null);
        }
        throw new IllegalArgumentException(
                credentials instanceof SubmittedToken ? "nginx knows no tokens" : "nginx does not know these");
    }

    /** Java writes IPv6 addresses in full, nginx in short (RFC 5952). */
    static String canonical(String address) {
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return octets == null ? address : NetUtil.toAddressString(InetAddress.getByAddress(octets));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address of " + octets.length + " octets", e);
        }
    }

    /** They may hold a password. */
    @Override
    public String toString() {
        return "NginxHeaders[more=" + more.keySet() + "]";
    }
}
