package org.smtpgate.sasl;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel binding {@code tls-server-end-point} (RFC 5929 section 4.1). */
public final class TlsServerEndPoint {
    /** As the JDK names them: {@code SHA256withRSA}, {@code SHA384withECDSA}. */
    private static final Pattern SIGNED_HASH = Pattern.compile("(MD5|SHA1|SHA-?[0-9]+)WITH.+");

    /** Its parameters name the hash function (RFC 4055 section 3.1). */
    private static final String PSS = "RSASSA-PSS";

    private TlsServerEndPoint() {}

    /**
     * The certificate's hash, by the hash function it is signed with; SHA-256 in place of MD5 and SHA-1.
     *
     * @return null for a signature that does not have exactly one hash function, such as Ed25519: then the RFC defines no
     *     binding
     */
    public static byte[] of(X509Certificate certificate) {
        try {
            String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
            String hash = signature.equals(PSS) ? pssHash(certificate.getSigAlgParams()) : hash(signature);
            return hash == null ? null : MessageDigest.getInstance(hash).digest(certificate.getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            return null;
        }
    }

    private static String hash(String signature) {
        Matcher matcher = SIGNED_HASH.matcher(signature);
        if (!matcher.matches()) {
            return null;
        }
        String digits = matcher.group(1).replaceAll("\\D", "");
        return matcher.group(1).startsWith("MD5") || digits.equals("1") ? "SHA-256" : "SHA-" + digits;
    }

    private static String pssHash(byte[] encoded) throws GeneralSecurityException, IOException {
        if (encoded == null) {
            // The default is SHA-1.
            return "SHA-256";
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
        parameters.init(encoded);
        String hash = parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        return hash.equals("SHA-1") ? "SHA-256" : hash;
    }
}
