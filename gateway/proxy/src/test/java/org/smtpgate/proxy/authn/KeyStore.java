package org.smtpgate.proxy.authn;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.ScramKeys;

/** A backend that holds SCRAM keys for SHA-256 and judges nothing. */
final class KeyStore implements AuthBackend, ScramKeyStore {
    private final Map<String, String> passwords;
    private final int iterations;
    /** Asked before each answer; what it fails with, the store fails with. */
    Supplier<Future<Void>> mood = Future::succeededFuture;

    KeyStore(Map<String, String> passwords) {
        this(passwords, 4096);
    }

    KeyStore(Map<String, String> passwords, int iterations) {
        this.passwords = passwords;
        this.iterations = iterations;
    }

    @Override
    public Set<String> scramHashes() {
        return Set.of("SHA-256");
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return mood.get()
                .map(ready -> Optional.ofNullable(passwords.get(username))
                        .map(password -> new Entry(User.fromName(username), keys(username, password))));
    }

    private ScramKeys keys(String username, String password) {
        byte[] salt = username.getBytes(StandardCharsets.UTF_8);
        ScramMechanism sha256 = ScramMechanism.SCRAM_SHA_256;
        byte[] salted = ScramFunctions.saltedPassword(
                sha256, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, iterations);
        return new ScramKeys(
                salt,
                iterations,
                ScramFunctions.storedKey(sha256, ScramFunctions.clientKey(sha256, salted)),
                ScramFunctions.serverKey(sha256, salted));
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.noneOf(CredentialKind.class);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        return Future.failedFuture(new AssertionError("it accepts nothing"));
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
