package org.smtpgate.oauth2;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads private keys and certificates from PEM files. Blocks. */
public final class PrivateKeyFile {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PrivateKeyFile() {}

    /** An RSA or EC key, as unencrypted PKCS #8. Refuses a file that every user may read. */
    public static PrivateKey read(Path file) throws KeyFileException {
        return parse(file, text(file));
    }

    /** The first certificate of a PEM file. */
    public static X509Certificate readCertificate(Path file) throws KeyFileException {
        try (var in = new ByteArrayInputStream(SecretFile.bytes(file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException e) {
            throw new KeyFileException("the certificate file " + file + " cannot be read: " + SecretFile.reason(e));
        } catch (CertificateException e) {
            throw new KeyFileException("the file " + file + " does not begin with a PEM certificate");
        }
    }

    static String text(Path file) throws KeyFileException {
        try {
            return new String(SecretFile.read(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new KeyFileException("the key file " + file + " cannot be read: " + SecretFile.reason(e));
        }
    }

    static PrivateKey parse(Path file, String pem) throws KeyFileException {
        Matcher matcher = PKCS8.matcher(pem);
        if (!matcher.find()) {
            throw new KeyFileException(
                    "the file " + file + " holds no \"BEGIN PRIVATE KEY\"; convert other forms with: "
                            + "openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("the private key in " + file + " is not valid base64");
        }
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // Of the other kind, then; the loop's end says so if it is of neither.
                continue;
            }
        }
        throw new KeyFileException("the private key in " + file + " is neither RSA nor EC");
    }
}
