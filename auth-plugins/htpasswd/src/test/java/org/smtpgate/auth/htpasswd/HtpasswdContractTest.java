package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.PasswordHasher;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;
import org.smtpgate.testkit.auth.AuthPluginContract;

/** The contract, with hashes as {@code hash-password} writes them. */
@ParameterizedClass
@ValueSource(strings = {"bcrypt", "argon2", "scram-sha-256"})
class HtpasswdContractTest extends AuthPluginContract {
    private static final Map<String, String> HASHES = new ConcurrentHashMap<>();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicLong hashesChecked = new AtomicLong();

    @Parameter
    private String scheme;

    @Override
    protected AuthPlugin plugin() {
        return new HtpasswdPlugin();
    }

    @Override
    protected JsonObject settings() throws IOException {
        Path file = folder.resolve("users.htpasswd");
        Files.writeString(
                file, USER + ":" + hash(PASSWORD) + "\n" + UNICODE_USER + ":" + hash(UNICODE_PASSWORD) + "\n");
        return new JsonObject().put("file", file.getFileName().toString());
    }

    @Override
    protected AuthBackend working() throws UnusableHashException {
        return backend(100);
    }

    @Override
    protected AuthBackend broken() throws UnusableHashException {
        return backend(0);
    }

    @Override
    protected long workDone() {
        return hashesChecked.get();
    }

    private AuthBackend backend(int limit) throws UnusableHashException {
        Users users = Entries.users(Map.of(
                USER, counted(hash(PASSWORD)),
                UNICODE_USER, counted(hash(UNICODE_PASSWORD))));
        return new HtpasswdBackend(
                () -> users, forget -> {}, new WorkQueue(vertx, "htpasswd-contract", 1, limit, PATIENCE), () -> {});
    }

    private StoredHash counted(String text) throws UnusableHashException {
        return new CountingHash(StoredHashes.read(text), hashesChecked);
    }

    private String hash(String password) {
        return HASHES.computeIfAbsent(scheme + password, missing -> hasher().hash(password));
    }

    private PasswordHasher hasher() {
        return ServiceLoader.load(PasswordHasher.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.scheme().equals(scheme))
                .findFirst()
                .orElseThrow();
    }
}
