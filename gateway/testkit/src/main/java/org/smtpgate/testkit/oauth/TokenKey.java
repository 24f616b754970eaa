package org.smtpgate.testkit.oauth;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** A key that signs JWTs, with the JDK's own signatures (RFC 7515), and the public half as a JWK (RFC 7517). */
public record TokenKey(String id, String algorithm, KeyPair pair) {
    private static final int P256_BYTES = 32;

    /** RS256, 2048 bits. */
    public static TokenKey rsa(String id) {
        return rsa(id, 2048);
    }

    public static TokenKey rsa(String id, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TokenKey(id, "RS256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** ES256. */
    public static TokenKey ec(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new TokenKey(id, "ES256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A JWT with these claims. */
    public String sign(JsonObject claims) {
        return sign(new JsonObject().put("alg", algorithm).put("kid", id).put("typ", "JWT"), claims);
    }

    /** Likewise, with a header that may say what it likes. */
    public String sign(JsonObject header, JsonObject claims) {
        String signed = base64(bytes(header)) + "." + base64(bytes(claims));
        try {
            Signature signature =
                    Signature.getInstance(algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is published of it. */
    public JsonObject jwk() {
        JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig").put("alg", algorithm);
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            return jwk.put("kty", "RSA")
                    .put(
                            "n",
                            base64(unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)))
                    .put("e", base64(unsigned(rsa.getPublicExponent(), 3)));
        }
        ECPublicKey ec = (ECPublicKey) pair.getPublic();
        return jwk.put("kty", "EC")
                .put("crv", "P-256")
                .put("x", base64(unsigned(ec.getW().getAffineX(), P256_BYTES)))
                .put("y", base64(unsigned(ec.getW().getAffineY(), P256_BYTES)));
    }

    private static byte[] bytes(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8);
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] result = new byte[length];
        int from = Math.max(0, bytes.length - length);
        byte[] kept = Arrays.copyOfRange(bytes, from, bytes.length);
        System.arraycopy(kept, 0, result, length - kept.length, kept.length);
        return result;
    }
}
