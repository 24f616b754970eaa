package org.smtpgate.auth.http;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.smtpgate.auth.Tls;

/** What nginx says about an encrypted connection and its client's certificate. See {@link NginxHeaders}. */
record TlsHeaders(boolean verifyClient, boolean passClientCert) {
    private static final int PEM_WIDTH = 64;

    List<Header> about(Tls tls) {
        List<Header> headers = new ArrayList<>();
        headers.add(Header.of("Auth-SSL", "on"));
        headers.add(Header.of("Auth-SSL-Protocol", tls.protocol()));
        headers.add(Header.of("Auth-SSL-Cipher", CipherName.ofOpenSsl(tls.cipher())));
        X509Certificate certificate = tls.certificate();
        if (certificate != null) {
            // The gateway lets no handshake succeed with a certificate that is not verified.
            headers.add(Header.of("Auth-SSL-Verify", "SUCCESS"));
            headers.add(Header.of("Auth-SSL-Subject", DistinguishedName.of(certificate.getSubjectX500Principal())));
            headers.add(Header.of("Auth-SSL-Issuer", DistinguishedName.of(certificate.getIssuerX500Principal())));
            headers.add(Header.of("Auth-SSL-Serial", hex(certificate.getSerialNumber())));
            headers.add(Header.of("Auth-SSL-Fingerprint", fingerprint(certificate)));
            if (passClientCert) {
                headers.add(new Header("Auth-SSL-Cert", Escape.of(pem(certificate))));
            }
        } else if (verifyClient) {
            headers.add(Header.of("Auth-SSL-Verify", "NONE"));
        }
        return headers;
    }

    private static String hex(BigInteger serial) {
        String digits = serial.abs().toString(16).toUpperCase(Locale.ROOT);
        return (serial.signum() < 0 ? "-" : "") + (digits.length() % 2 == 0 ? "" : "0") + digits;
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            // SHA-1 because nginx has no other: it names a certificate that has been verified, and proves nothing.
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without a fingerprint", e);
        }
    }

    static String pem(X509Certificate certificate) {
        try {
            byte[] lines = Base64.getMimeEncoder(PEM_WIDTH, new byte[] {'\n'}).encode(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + new String(lines, StandardCharsets.US_ASCII)
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }
}
