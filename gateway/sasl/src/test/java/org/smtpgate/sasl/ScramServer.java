package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The server side of SCRAM as RFC 5802 section 3 writes it down, on the JDK's own PBKDF2 and HMAC. */
final class ScramServer {
    private static final Pattern CLIENT_FIRST = Pattern.compile("(n,(?:a=[^,]*)?,)(n=([^,]*),r=([!-+\\--~]+))");
    private static final Pattern CLIENT_FINAL = Pattern.compile("(c=([^,]*),r=([!-+\\--~]+)),p=(.*)");

    private final String hash;
    private final String password;
    private final byte[] salt = {1, 2, 3, 4, 5, 6, 7, 8};
    private final int iterations;

    String gs2Header;
    String username;
    private String clientFirstBare;
    private String serverFirst;
    private String nonce;

    ScramServer(String hash, String password, int iterations) {
        this.hash = hash;
        this.password = password;
        this.iterations = iterations;
    }

    byte[] first(byte[] clientFirst) {
        Matcher message = match(CLIENT_FIRST, clientFirst);
        gs2Header = message.group(1);
        clientFirstBare = message.group(2);
        username = message.group(3);
        nonce = message.group(4) + "3rfcNHYJY1ZVvWVs7j";
        serverFirst = "r=" + nonce + ",s=" + base64(salt) + ",i=" + iterations;
        return bytes(serverFirst);
    }

    /** The server's last message: its proof, or its refusal. */
    byte[] last(byte[] clientFinal) throws GeneralSecurityException {
        Matcher message = match(CLIENT_FINAL, clientFinal);
        if (!message.group(2).equals(base64(bytes(gs2Header)))) {
            return bytes("e=channel-bindings-dont-match");
        }
        if (!message.group(3).equals(nonce)) {
            return bytes("e=other-error");
        }
        byte[] salted = saltedPassword();
        byte[] auth = bytes(clientFirstBare + "," + serverFirst + "," + message.group(1));
        byte[] storedKey = MessageDigest.getInstance(hash).digest(hmac(salted, bytes("Client Key")));
        byte[] clientKey = xor(Base64.getDecoder().decode(message.group(4)), hmac(storedKey, auth));
        if (!MessageDigest.isEqual(MessageDigest.getInstance(hash).digest(clientKey), storedKey)) {
            return bytes("e=invalid-proof");
        }
        return bytes("v=" + base64(hmac(hmac(salted, bytes("Server Key")), auth)));
    }

    private byte[] saltedPassword() throws GeneralSecurityException {
        int bits = MessageDigest.getInstance(hash).getDigestLength() * 8;
        return SecretKeyFactory.getInstance("PBKDF2With" + mac())
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
                .getEncoded();
    }

    private byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(mac());
        mac.init(new SecretKeySpec(key, mac()));
        return mac.doFinal(text);
    }

    private String mac() {
        return "Hmac" + hash.replace("-", "");
    }

    private static Matcher match(Pattern pattern, byte[] message) {
        Matcher matcher = pattern.matcher(new String(message, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new AssertionError("not SCRAM: " + matcher);
        }
        return matcher;
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i]);
        }
        return result;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
