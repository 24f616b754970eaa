package org.smtpgate.oauth2;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;

/** A private key that signs assertions, and how a reader is told which one it is. Safe for any thread. */
public final class SigningKey {
    private static final int LEAST_RSA_BITS = 2048;

    private final JWSHeader header;
    private final JWSSigner signer;

    private SigningKey(JWSHeader header, JWSSigner signer) {
        this.header = header;
        this.signer = signer;
    }

    /**
     * A key that the endpoint knows by its identifier. RSA signs as RS256, EC as ES256, ES384 or ES512.
     *
     * @param keyId the {@code kid} of its assertions; empty for none
     * @throws IllegalArgumentException when it is neither RSA of 2048 bits at least nor EC
     */
    public static SigningKey of(PrivateKey key, String keyId) {
        JWSHeader.Builder header = new JWSHeader.Builder(algorithm(key, JWSAlgorithm.RS256));
        if (!keyId.isEmpty()) {
            header.keyID(keyId);
        }
        return of(key, header);
    }

    /**
     * A key that the endpoint knows by its certificate, as Microsoft Entra ID does: its assertions carry
     * {@code x5t#S256}, and RSA signs as PS256.
     *
     * @throws IllegalArgumentException as above
     */
    public static SigningKey of(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] thumbprint = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return of(
                    key,
                    new JWSHeader.Builder(algorithm(key, JWSAlgorithm.PS256))
                            .x509CertSHA256Thumbprint(Base64URL.encode(thumbprint)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    private static JWSAlgorithm algorithm(PrivateKey key, JWSAlgorithm ofRsa) {
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS) {
            return ofRsa;
        }
        if (key instanceof ECPrivateKey ec) {
            return switch (ec.getParams().getOrder().bitLength()) {
                case 256 -> JWSAlgorithm.ES256;
                case 384 -> JWSAlgorithm.ES384;
                case 521 -> JWSAlgorithm.ES512;
                default -> throw unusable();
            };
        }
        throw unusable();
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException(
                "the private key must be RSA of " + LEAST_RSA_BITS + " bits at least, or EC on P-256, P-384 or P-521");
    }

    private static SigningKey of(PrivateKey key, JWSHeader.Builder header) {
        try {
            JWSSigner signer = key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key);
            return new SigningKey(header.type(JOSEObjectType.JWT).build(), signer);
        } catch (JOSEException e) {
            throw unusable();
        }
    }

    /** The compact form of a signed JWT. Takes milliseconds of CPU. */
    String sign(JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Override
    public String toString() {
        return "SigningKey[" + header.getAlgorithm() + "]";
    }
}
