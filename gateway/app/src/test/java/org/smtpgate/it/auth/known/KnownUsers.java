package org.smtpgate.it.auth.known;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.ScramKeys;

/** Judges digests and tokens and holds SCRAM keys of one user; uses the JDK alone, so that the gateway's SCRAM is held against it. */
final class KnownUsers implements AuthBackend, ScramKeyStore {
    private static final int ITERATIONS = 4096;
    private static final byte[] SALT = "salt of the test".getBytes(StandardCharsets.US_ASCII);

    private final String user;
    private final String password;
    private final String token;
    private final Map<String, ScramKeys> keys;

    KnownUsers(String user, String password, String token) {
        this.user = user;
        this.password = password;
        this.token = token;
        this.keys = Map.of("SHA-1", keys("SHA-1", "HmacSHA1", 160), "SHA-256", keys("SHA-256", "HmacSHA256", 256));
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.DIGEST, CredentialKind.TOKEN);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        return isRight(credentials)
                ? Future.succeededFuture(User.fromName(user))
                : Future.failedFuture(new InvalidCredentialsException());
    }

    private boolean isRight(Credentials credentials) {
        if (credentials instanceof SubmittedToken submitted) {
            return user.equals(submitted.username()) && token.equals(submitted.getToken());
        }
        if (credentials instanceof SubmittedDigest submitted) {
            byte[] right = hmac("HmacMD5", bytes(password), bytes(submitted.challenge()));
            return user.equals(submitted.username())
                    && HexFormat.of().formatHex(right).equals(submitted.digest());
        }
        return false;
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return Future.succeededFuture(
                username.equals(user) ? Optional.of(new Entry(User.fromName(user), keys.get(hash))) : Optional.empty());
    }

    /** RFC 5802 section 3. */
    private ScramKeys keys(String hash, String mac, int bits) {
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2With" + mac)
                    .generateSecret(new PBEKeySpec(password.toCharArray(), SALT, ITERATIONS, bits))
                    .getEncoded();
            byte[] storedKey = MessageDigest.getInstance(hash).digest(hmac(mac, salted, bytes("Client Key")));
            return new ScramKeys(SALT, ITERATIONS, storedKey, hmac(mac, salted, bytes("Server Key")));
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
