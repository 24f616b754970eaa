package org.smtpgate.sasl;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** CRAM-MD5 (RFC 2195), client side: the challenge comes back as a digest keyed with the password. */
final class CramMd5Exchange implements SaslClientExchange {
    private final ClientCredentials.Password credentials;
    private boolean answered;

    CramMd5Exchange(ClientCredentials.Password credentials) {
        this.credentials = credentials;
    }

    @Override
    public byte[] initialResponse() {
        return null;
    }

    @Override
    public byte[] respond(byte[] challenge) throws SaslException {
        if (answered) {
            throw new SaslException("the server sent a second challenge");
        }
        if (challenge.length == 0) {
            // The digest of nothing is the same each time: who has seen it once could log in with it.
            throw new SaslException("the server's challenge is empty");
        }
        answered = true;
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        response.writeBytes(ClientMessages.utf8(credentials.username() + " "));
        response.writeBytes(ClientMessages.utf8(HexFormat.of().formatHex(digest(challenge))));
        return response.toByteArray();
    }

    private byte[] digest(byte[] challenge) throws SaslException {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new PasswordKey(ClientMessages.utf8(credentials.password())));
            return mac.doFinal(challenge);
        } catch (GeneralSecurityException e) {
            throw new SaslException("this Java runtime has no HmacMD5");
        }
    }

    @Override
    public boolean complete() {
        return answered;
    }

    /** {@code SecretKeySpec} takes no empty key, RFC 2104 does. */
    private record PasswordKey(byte[] bytes) implements SecretKey {
        @Override
        public String getAlgorithm() {
            return "HmacMD5";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "PasswordKey[***]";
        }
    }
}
