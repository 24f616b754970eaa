package org.smtpgate.testkit;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Keys and certificates as PEM text. */
final class Pem {
    private static final Base64.Encoder LINES_OF_64 =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    static String of(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From PKCS #8. */
    static String ofPrivateKey(byte[] der) {
        return block("PRIVATE KEY", der);
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES_OF_64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
