package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.smtpgate.app.config.TokenSettings.Client;
import org.smtpgate.app.config.TokenSettings.Client.Secret.Method;
import org.smtpgate.app.config.TokenSettings.Source;
import org.smtpgate.auth.KeyPairs;
import org.smtpgate.oauth2.SigningKey;

/** Reads the keys of a token source that say as which client the gateway asks. */
final class TokenClientReader {
    private static final String[] PROOFS = {"client-secret", "client-secret-file", "client-key"};

    private final Section section;
    private final String id;
    private final String secret;
    private final Path secretFile;
    private final Method method;
    private final Path keyFile;
    private final Path certificateFile;
    private final String keyId;
    private final String audience;

    TokenClientReader(Section section) {
        this.section = section;
        id = section.text("client-id", "");
        secret = section.text("client-secret", "");
        secretFile = section.file("client-secret-file");
        method = section.choice("client-authentication", Method.POST, Names::of);
        keyFile = section.file("client-key");
        keyId = section.text("client-key-id", "");
        certificateFile = section.file("client-certificate");
        audience = section.text("audience", "");
    }

    /** What was given in {@code audience}; empty for nothing. */
    String audience() {
        return audience;
    }

    /** Notes what is wrong, and then gives something that nobody uses. */
    Client read(Source source) {
        if (source == Source.SERVICE_ACCOUNT) {
            forbid(
                    "has no effect with source: service-account, whose assertions say who asks",
                    "client-id",
                    "client-secret",
                    "client-secret-file",
                    "client-authentication",
                    "client-key",
                    "client-key-id",
                    "client-certificate");
            return new Client.None();
        }
        section.require("client-id", "smtpgate");
        checkCombination(source);
        if (keyFile != null) {
            return byKey();
        }
        if (secretFile != null) {
            return new Client.Secret(
                    id, SecretFiles.secret(section, "client-secret-file", secretFile), secretFile, method);
        }
        return secret.isEmpty() ? new Client.Public(id) : new Client.Secret(id, secret, null, method);
    }

    private void checkCombination(Source source) {
        String first = null;
        for (String proof : PROOFS) {
            if (section.keys().contains(proof) && first != null) {
                section.problem(proof, "the client proves itself by " + first + " already; leave out one of them");
            } else if (section.keys().contains(proof)) {
                first = proof;
            }
        }
        if (first == null && source == Source.CLIENT_CREDENTIALS) {
            section.problem(
                    "",
                    "needs client-secret-file, client-secret or client-key: a token for the client itself is given "
                            + "to none that cannot prove who it is");
        }
        if (!"client-key".equals(first)) {
            forbid("has no effect without client-key", "client-key-id", "client-certificate", "audience");
        }
        if (first == null || first.equals("client-key")) {
            forbid("has no effect without client-secret-file or client-secret", "client-authentication");
        }
        if (certificateFile != null && !keyId.isEmpty()) {
            section.problem("client-key-id", "the endpoint knows the key by client-certificate; leave out one of them");
        }
    }

    private void forbid(String message, String... keys) {
        for (String key : keys) {
            if (section.keys().contains(key)) {
                section.problem(key, message);
            }
        }
    }

    private Client byKey() {
        SigningKey signing = null;
        try {
            PrivateKey key = PemFiles.privateKey(keyFile, Buffer.buffer(SecretFiles.read(keyFile)));
            signing = certificateFile == null ? SigningKey.of(key, keyId) : certified(key);
        } catch (IllegalArgumentException e) {
            section.problem("client-key", e.getMessage());
        }
        return new Client.Key(id, signing, keyFile, certificateFile, keyId, audience);
    }

    private SigningKey certified(PrivateKey key) {
        X509Certificate certificate;
        try {
            certificate = PemFiles.certificate(certificateFile);
        } catch (IllegalArgumentException e) {
            section.problem("client-certificate", e.getMessage());
            return null;
        }
        if (!KeyPairs.match(certificate.getPublicKey(), key)) {
            section.problem("client-key", keyFile + " is not the key of the certificate in " + certificateFile);
        }
        return SigningKey.of(key, certificate);
    }
}
