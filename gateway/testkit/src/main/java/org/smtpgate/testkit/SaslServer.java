package org.smtpgate.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The server's side of one login. Shares no code with the gateway, so that the one can be held against the other. */
final class SaslServer {
    private static final AtomicLong CHALLENGES = new AtomicLong();
    private static final int ITERATIONS = 4_096;
    private static final byte[] SALT = "salt of the test".getBytes(StandardCharsets.US_ASCII);

    private final SaslAccounts accounts;
    private final Line line;
    private byte[] first;

    /** Sends a challenge, and gives the response to it. */
    interface Line {
        byte[] ask(byte[] challenge) throws IOException;
    }

    /** The client sent a {@code *}. */
    static final class Cancelled extends IOException {
        private static final long serialVersionUID = 1;
    }

    SaslServer(SaslAccounts accounts, Line line) {
        this.accounts = accounts;
        this.line = line;
    }

    /**
     * Runs a login to its end.
     *
     * @param initial null when none came
     * @param certificate whom the client's certificate is for; null without one
     * @return who has logged in; null for nobody
     */
    String login(String mechanism, byte[] initial, String certificate) throws IOException {
        return switch (mechanism) {
            case "PLAIN" -> plain(text(first(initial)));
            case "LOGIN" -> loginMechanism(initial);
            case "CRAM-MD5" -> cramMd5();
            case "SCRAM-SHA-1" -> scram("SHA-1", "HmacSHA1", text(first(initial)));
            case "SCRAM-SHA-256" -> scram("SHA-256", "HmacSHA256", text(first(initial)));
            case "XOAUTH2" ->
                token(text(first(initial)).split("\1")[0].substring("user=".length()), text(first(initial)));
            case "OAUTHBEARER" -> {
                String message = text(first(initial));
                yield token(message.split(",")[1].substring("a=".length()), message);
            }
            case "EXTERNAL" -> external(text(first(initial)), certificate);
            default -> null;
        };
    }

    private byte[] first(byte[] initial) throws IOException {
        if (first == null) {
            first = initial != null ? initial : line.ask(new byte[0]);
        }
        return first;
    }

    private String plain(String message) {
        String[] parts = message.split("\0", -1);
        return parts.length == 3 && accounts.hasPassword(parts[1], parts[2])
                ? accounts.actsAs(parts[1], parts[0])
                : null;
    }

    private String loginMechanism(byte[] initial) throws IOException {
        String user = text(initial != null ? initial : line.ask(bytes("Username:")));
        String password = text(line.ask(bytes("Password:")));
        int star = user.indexOf('*');
        if (star >= 0) {
            String master = user.substring(star + 1);
            return accounts.hasPassword(master, password) ? accounts.actsAs(master, user.substring(0, star)) : null;
        }
        return accounts.hasPassword(user, password) ? user : null;
    }

    private String cramMd5() throws IOException {
        String challenge = "<" + CHALLENGES.incrementAndGet() + "@upstream.test>";
        String[] response = text(line.ask(bytes(challenge))).split(" ");
        String password = response.length == 2 ? accounts.password(response[0]) : null;
        boolean right = password != null
                && HexFormat.of()
                        .formatHex(hmac("HmacMD5", bytes(password), bytes(challenge)))
                        .equals(response[1]);
        return right ? response[0] : null;
    }

    private String token(String user, String message) throws IOException {
        int begin = message.indexOf("auth=Bearer ") + "auth=Bearer ".length();
        String token = message.substring(begin, message.indexOf('\1', begin));
        if (accounts.hasToken(user, token)) {
            return user;
        }
        line.ask(bytes("{\"status\":\"invalid_token\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"));
        return null;
    }

    private String external(String authorizationId, String certificate) {
        return certificate == null ? null : accounts.actsAs(certificate, authorizationId);
    }

    /** RFC 5802, without channel binding. */
    private String scram(String hash, String mac, String clientFirst) throws IOException {
        String[] parts = clientFirst.split(",", 3);
        String authorizationId = parts[1].isEmpty() ? "" : parts[1].substring("a=".length());
        String bare = parts[2];
        String user = bare.split(",")[0].substring("n=".length());
        String nonce = bare.split(",")[1].substring("r=".length()) + "server" + CHALLENGES.incrementAndGet();
        String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(SALT) + ",i=" + ITERATIONS;
        String clientFinal = text(line.ask(bytes(serverFirst)));
        String password = accounts.password(user);
        if (password == null) {
            return null;
        }
        String withoutProof = clientFinal.substring(0, clientFinal.lastIndexOf(",p="));
        byte[] proof = Base64.getDecoder().decode(clientFinal.substring(clientFinal.lastIndexOf(",p=") + 3));
        byte[] salted = saltedPassword(mac, password);
        byte[] clientKey = hmac(mac, salted, bytes("Client Key"));
        byte[] message = bytes(bare + "," + serverFirst + "," + withoutProof);
        byte[] signature = hmac(mac, digest(hash, clientKey), message);
        for (int i = 0; i < signature.length; i++) {
            signature[i] ^= clientKey[i];
        }
        if (!Arrays.equals(signature, proof) || !withoutProof.endsWith("r=" + nonce)) {
            return null;
        }
        byte[] serverKey = hmac(mac, salted, bytes("Server Key"));
        line.ask(bytes("v=" + Base64.getEncoder().encodeToString(hmac(mac, serverKey, message))));
        return accounts.actsAs(user, authorizationId);
    }

    private static byte[] saltedPassword(String mac, String password) {
        try {
            int bits = mac.equals("HmacSHA1") ? 160 : 256;
            return SecretKeyFactory.getInstance("PBKDF2With" + mac)
                    .generateSecret(new PBEKeySpec(password.toCharArray(), SALT, ITERATIONS, bits))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
