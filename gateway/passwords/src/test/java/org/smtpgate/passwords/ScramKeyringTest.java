package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smtpgate.sasl.ScramKeys;

class ScramKeyringTest {
    private final ScramKeyring keyring = new ScramKeyring();

    @Test
    void storedKeysAreGivenForTheirHashAlone() throws Exception {
        StoredHash stored = StoredHashes.read(new ScramSha256Hasher(4096).hash("secret"));

        assertThat(keyring.keys("SHA-256", "alice", stored)).isPresent();
        assertThat(keyring.keys("SHA-1", "alice", stored)).isEmpty();
        assertThat(ScramKeyring.iterations("SHA-256", stored)).hasValue(4096);
        assertThat(ScramKeyring.iterations("SHA-1", stored)).isEmpty();
    }

    @Test
    void aHashOfAnotherKindGivesNone() throws Exception {
        StoredHash stored = StoredHashes.read(new BcryptHasher(4).hash("secret"));

        assertThat(keyring.keys("SHA-256", "alice", stored)).isEmpty();
        assertThat(ScramKeyring.iterations("SHA-256", stored)).isEmpty();
    }

    /** Were they not right, an entry made of them would not let the password in. */
    @Test
    void keysOfAPlainPasswordAreThoseOfScram() throws Exception {
        for (String hash : new String[] {"SHA-1", "SHA-256"}) {
            ScramKeys keys = derived(hash, "alice", "{PLAIN}пароль ①");
            assertThat(keys.iterations()).isEqualTo(4096);
            assertThat(keys.salt()).hasSize(16);
            ScramKeys again = Scram.keys(Scram.mechanism(hash), "пароль 1", keys.salt(), 4096);
            assertThat(keys.storedKey()).isEqualTo(again.storedKey());
            assertThat(keys.serverKey()).isEqualTo(again.serverKey());
        }
    }

    @Test
    void keysAreDerivedOnceForAUserAndAPassword() throws Exception {
        ScramKeys keys = derived("SHA-256", "alice", "{PLAIN}secret");

        assertThat(derived("SHA-256", "alice", "{PLAIN}secret")).isSameAs(keys);
        ScramKeys changed = derived("SHA-256", "alice", "{PLAIN}other secret");
        assertThat(changed.storedKey()).isNotEqualTo(keys.storedKey());
        assertThat(changed.salt()).as("a client may keep what it made of it").isEqualTo(keys.salt());
        assertThat(derived("SHA-256", "bob", "{PLAIN}secret").salt()).isNotEqualTo(keys.salt());
        assertThat(derived("SHA-1", "alice", "{PLAIN}secret").storedKey()).isNotEqualTo(keys.storedKey());
    }

    private ScramKeys derived(String hash, String username, String stored) throws UnusableHashException {
        Optional<ScramKeys> keys = keyring.keys(hash, username, StoredHashes.read(stored));
        return keys.orElseThrow();
    }
}
