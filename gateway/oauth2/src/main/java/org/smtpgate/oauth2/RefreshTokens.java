package org.smtpgate.oauth2;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Refresh tokens on disk: one file a login, encrypted (JWE, {@code dir} with {@code A256GCM}), replaced in one step.
 * The login stands in the encrypted part, so that a file cannot be passed off as another login's. Blocks; safe for any
 * thread.
 */
public final class RefreshTokens {
    private static final String LOGIN = "login";
    private static final String TOKEN = "refresh_token";

    private final Path folder;
    private final StoreKey key;
    private final Disk disk;

    /** What a new file goes to, whole or not at all. */
    @FunctionalInterface
    interface Disk {
        void replace(Path file, byte[] bytes) throws IOException;
    }

    /** @param folder for one upstream alone: a refresh token belongs to one client of one endpoint */
    public RefreshTokens(Path folder, StoreKey key) {
        this(folder, key, SecretFile::replace);
    }

    RefreshTokens(Path folder, StoreKey key, Disk disk) {
        this.folder = folder;
        this.key = key;
        this.disk = disk;
    }

    /** The refresh token of this login; empty when none is stored. */
    public Optional<String> read(String login) throws TokenStoreException {
        Path file = fileOf(login, ".jwe");
        String compact;
        try {
            compact = new String(SecretFile.bytes(file), StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TokenStoreException(file, "cannot be read: " + SecretFile.reason(e));
        }
        JsonObject content = decrypted(file, compact);
        if (!login.equals(content.getValue(LOGIN)) || !(content.getValue(TOKEN) instanceof String token)) {
            throw new TokenStoreException(file, "holds the token of another login");
        }
        return Optional.of(token);
    }

    /** Stores the refresh token of this login, safe on the disk when this returns. */
    public void write(String login, String token) throws TokenStoreException {
        Path file = fileOf(login, ".jwe");
        String compact = encrypted(new JsonObject().put(LOGIN, login).put(TOKEN, token));
        try {
            disk.replace(file, (compact + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new TokenStoreException(file, "cannot be written: " + SecretFile.reason(e));
        }
    }

    /** Whoever redeems this login's token holds this meanwhile; empty while another does. */
    Optional<FileLease> lock(String login) {
        // Without a token there is nothing to redeem, and no file is to stay behind.
        return Files.exists(fileOf(login, ".jwe"))
                ? FileLease.take(fileOf(login, ".lock"))
                : Optional.of(FileLease.NONE);
    }

    private String encrypted(JsonObject content) {
        JWEObject object = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                        .keyID(key.name())
                        .build(),
                new Payload(content.encode()));
        try {
            object.encrypt(new DirectEncrypter(key.secret()));
        } catch (JOSEException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
        return object.serialize();
    }

    private JsonObject decrypted(Path file, String compact) throws TokenStoreException {
        try {
            JWEObject object = JWEObject.parse(compact);
            JWEHeader header = object.getHeader();
            if (!JWEAlgorithm.DIR.equals(header.getAlgorithm())
                    || !EncryptionMethod.A256GCM.equals(header.getEncryptionMethod())
                    || header.getCompressionAlgorithm() != null) {
                throw new TokenStoreException(file, "is not as this gateway writes it");
            }
            if (!key.name().equals(header.getKeyID())) {
                throw new TokenStoreException(
                        file, "was encrypted with another key than " + key.name() + ", which the key file holds");
            }
            object.decrypt(new DirectDecrypter(key.secret()));
            return new JsonObject(object.getPayload().toString());
        } catch (ParseException | DecodeException e) {
            throw new TokenStoreException(file, "is not as this gateway writes it");
        } catch (JOSEException e) {
            throw new TokenStoreException(file, "was changed by somebody who does not have the key");
        }
    }

    /** A login may hold any character and be of any length; its digest is a file name everywhere. */
    private Path fileOf(String login, String suffix) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(login.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(digest) + suffix);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "RefreshTokens[" + folder + "]";
    }
}
