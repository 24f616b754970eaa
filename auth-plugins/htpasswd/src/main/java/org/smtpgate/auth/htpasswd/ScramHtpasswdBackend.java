package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.ScramKeyring;

/** One of a file that has SCRAM keys, or passwords that such can be made of. */
final class ScramHtpasswdBackend extends HtpasswdBackend implements ScramKeyStore {
    private final ScramKeyring keyring = new ScramKeyring();

    ScramHtpasswdBackend(Supplier<Users> users, WorkQueue queue, Runnable closing) {
        super(users, queue, closing);
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return onWorker(
                username,
                account -> account.flatMap(known ->
                        keyring.keys(hash, username, known.hash()).map(keys -> new Entry(known.user(), keys))));
    }
}
