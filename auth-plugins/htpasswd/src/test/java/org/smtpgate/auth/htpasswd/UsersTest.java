package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;

class UsersTest {
    private static final String SEVENTY_TWO = "0123456789".repeat(7) + "ab";

    /** By {@code htpasswd -nbB -C 4}, of 72 bytes and of 73: bcrypt has looked at 72 of either. */
    private static final String OF_72 = "$2y$04$QOZk4CiF7..kZfq2jWLYoOXGKPVbAWS/8txpIsQ31mUGaJh8BWx9W";

    private static final String OF_73 = "$2y$04$PwKeflN9FUfYyfHlIk6O/e4aBNvmv9JDz/RRyVLR3BrFjLNOqzNSq";

    /** By {@code openssl passwd -6 -salt abc}, of 216 bytes. */
    private static final String OF_216 =
            "$6$abc$MSBIXb6TGLcKXovxRY8nrKJ1rEupebQC.qvHS.O.zsMLl2DTs/UGNkrk08ZDn2ZEOAoDoWDlhIY0yv/zwtmoV1";

    /** By {@code doveadm pw -s SSHA256 -p secret}. */
    private static final String SSHA_OF_SECRET = "{SSHA256}Dcdyb1xJgDMNk4ppe9qJUYDcKWYepl2CISxvuUbtRXSujx8P";

    private final AtomicLong bcryptChecks = new AtomicLong();
    private final AtomicLong otherChecks = new AtomicLong();

    @Test
    void aBcryptPasswordIsNeverKnownByItsFirst72Bytes() throws UnusableHashException {
        Users users = Entries.users(Map.of("exact", StoredHashes.read(OF_72), "cut", StoredHashes.read(OF_73)));

        assertThat(users.verify("exact", SEVENTY_TWO)).isPresent();
        assertThat(users.verify("exact", SEVENTY_TWO + "c")).isEmpty();
        assertThat(users.verify("exact", SEVENTY_TWO + SEVENTY_TWO)).isEmpty();
        assertThat(users.verify("cut", SEVENTY_TWO + "c")).isEmpty();
    }

    @Test
    void aPasswordThatIsTooLongForBcryptCostsAsMuchAsAnother() throws UnusableHashException {
        Users users = Entries.users(Map.of("exact", counted(OF_72, bcryptChecks)));

        users.verify("exact", SEVENTY_TWO + "c");

        assertThat(bcryptChecks).hasValue(1);
    }

    @Test
    void otherSchemesLookAtAllOfALongPassword() throws UnusableHashException {
        Users users = Entries.users(Map.of("long", StoredHashes.read(OF_216)));

        assertThat(users.verify("long", SEVENTY_TWO.repeat(3))).isPresent();
        assertThat(users.verify("long", SEVENTY_TWO.repeat(3).replaceAll("b$", "c")))
                .isEmpty();
    }

    @Test
    void anUnknownUserCostsWhatMostUsersCost() throws UnusableHashException {
        Map<String, StoredHash> hashes = new HashMap<>(Map.of("old", counted(OF_216, otherChecks)));
        for (String user : new String[] {"alice", "bob", "carol"}) {
            hashes.put(user, counted(OF_72, bcryptChecks));
        }
        Users users = Entries.users(hashes);

        assertThat(users.verify("nobody", "secret")).isEmpty();
        assertThat(bcryptChecks).hasValue(1);
        assertThat(otherChecks).hasValue(0);
    }

    @Test
    void thePasswordOfTheUserWhoseHashStandsInLetsNoUnknownUserIn() throws UnusableHashException {
        Users users = Entries.users(Map.of("alice", StoredHashes.read(OF_72)));

        assertThat(users.verify("alice", SEVENTY_TWO)).isPresent();
        assertThat(users.verify("nobody", SEVENTY_TWO)).isEmpty();
    }

    /** Hashes hold still while they are guessed, so what is not a password at all need not be hashed, for any user. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "sec\0ret", "\ud83d", "sec\udd11ret"})
    void whatCannotBeAPasswordIsRefusedUnhashed(String password) throws UnusableHashException {
        assertRefusedUnhashed(password);
    }

    @Test
    void aPasswordOfMoreThan1024BytesIsRefusedUnhashed() throws UnusableHashException {
        assertRefusedUnhashed("x".repeat(1025));
        assertRefusedUnhashed("ü".repeat(513));
        assertRefusedUnhashed("x".repeat(1_000_000));
    }

    /** An unknown user's time must not depend on where it is spent, so one slow hash has all go to a worker. */
    @Test
    void anEventLoopChecksOnlyIfAllHashesAreQuick() throws UnusableHashException {
        StoredHash digest = StoredHashes.read(SSHA_OF_SECRET);
        StoredHash plain = StoredHashes.read("{PLAIN}secret");

        assertThat(Entries.users(Map.of("alice", digest, "bob", plain)).quick()).isTrue();
        assertThat(Entries.users(Map.of("alice", digest, "bob", StoredHashes.read(OF_72)))
                        .quick())
                .isFalse();
    }

    @Test
    void withoutUsersNobodyGetsIn() {
        assertThat(Entries.users(Map.of()).verify("alice", "secret")).isEmpty();
    }

    private void assertRefusedUnhashed(String password) throws UnusableHashException {
        Users users = Entries.users(Map.of("alice", counted(OF_72, bcryptChecks)));

        assertThat(users.verify("alice", password)).isEmpty();
        assertThat(users.verify("nobody", password)).isEmpty();
        assertThat(bcryptChecks).hasValue(0);
    }

    private static StoredHash counted(String text, AtomicLong checks) throws UnusableHashException {
        return new CountingHash(StoredHashes.read(text), checks);
    }
}
