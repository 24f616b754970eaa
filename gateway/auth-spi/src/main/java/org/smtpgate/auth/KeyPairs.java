package org.smtpgate.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two keys are one pair. */
public final class KeyPairs {
    private KeyPairs() {}

    /** Whether what {@code ours} signs is verified by {@code theirs}, such as that of a certificate. */
    public static boolean match(PublicKey theirs, PrivateKey ours) {
        String algorithm = switch (ours.getAlgorithm()) {
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> ours.getAlgorithm();
        };
        try {
            byte[] probe = "smtpgate".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(ours);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(theirs);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
