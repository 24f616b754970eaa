package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.smtpgate.auth.PasswordHasher;

/** Every hasher, at the least cost that its scheme allows. */
class PasswordHasherProperties {
    private static final int BCRYPT_LIMIT = 72;

    @Property(tries = 150)
    void aHashLetsItsPasswordInAndNoOther(
            @ForAll("hashers") PasswordHasher hasher,
            @ForAll("passwords") String password,
            @ForAll("passwords") String other)
            throws UnusableHashException {
        Assume.that(fits(hasher, password));
        Optional<StoredHash> stored = Optional.of(StoredHashes.read(hasher.hash(password)));

        assertThat(judged(stored, password)).isTrue();
        assertThat(judged(stored, other)).isEqualTo(same(hasher, password, other));
        assertThat(judged(stored, password + "x")).isFalse();
        assertThat(judged(stored, "x" + password)).isFalse();
        assertThat(Judge.password(Optional.empty(), stored, password))
                .as("a decoy lets nobody in")
                .isFalse();
    }

    @Property(tries = 50)
    void aSaltIsNeverUsedTwice(@ForAll("hashers") PasswordHasher hasher, @ForAll("passwords") String password) {
        Assume.that(fits(hasher, password));

        assertThat(hasher.hash(password)).isNotEqualTo(hasher.hash(password));
    }

    @Property(tries = 50)
    void anEntryIsOneFieldOfTheFile(@ForAll("hashers") PasswordHasher hasher, @ForAll("passwords") String password) {
        Assume.that(fits(hasher, password));

        assertThat(hasher.hash(password)).matches("[${][!-9;-~]+");
    }

    @Property(tries = 100)
    void whatCannotBeAPasswordIsRefusedAndNotQuoted(
            @ForAll("hashers") PasswordHasher hasher, @ForAll("impossible") String password) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hasher.hash(password))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("QQ"));
    }

    @Example
    void bcryptRefusesWhatItWouldCutOff() {
        BcryptHasher bcrypt = new BcryptHasher(4);

        assertThat(bcrypt.hash("x".repeat(BCRYPT_LIMIT))).isNotEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bcrypt.hash("x".repeat(BCRYPT_LIMIT + 1)))
                .withMessageContaining("at most 72 bytes");
    }

    @Example
    void newEntriesCostWhatIsAdvised() throws UnusableHashException {
        assertThat(kind(new BcryptHasher())).isEqualTo("bcrypt cost 10");
        assertThat(kind(new Argon2Hasher())).isEqualTo("argon2id m=19456,t=2,p=1");
        assertThat(kind(new Sha256CryptHasher())).isEqualTo("sha256-crypt rounds 100000");
        assertThat(kind(new Sha512CryptHasher())).isEqualTo("sha512-crypt rounds 100000");
        assertThat(kind(new Apr1Hasher())).isEqualTo("apr1");
        assertThat(kind(new ScramSha1Hasher())).isEqualTo("scram-sha-1 iterations 16384");
        assertThat(kind(new ScramSha256Hasher())).isEqualTo("scram-sha-256 iterations 16384");
    }

    @Provide
    Arbitrary<PasswordHasher> hashers() {
        return Arbitraries.of(List.of(
                new BcryptHasher(4),
                new Argon2Hasher(8),
                new Sha256CryptHasher(1_000),
                new Sha512CryptHasher(1_000),
                new Apr1Hasher(),
                new ScramSha1Hasher(4096),
                new ScramSha256Hasher(4096)));
    }

    /** Short ones and long ones, of any script. */
    @Provide
    Arbitrary<String> passwords() {
        Arbitrary<String> latin =
                Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(90);
        Arbitrary<String> anyScript = Arbitraries.strings()
                .withCharRange('\u0001', '\ud7ff')
                .withCharRange('\ue000', '\uffff')
                .ofMinLength(1)
                .ofMaxLength(40);
        Arbitrary<String> beyondThePlane = Arbitraries.of("🔑", "🔒🔑", "a🔑").map(keys -> keys + "b");
        return Arbitraries.oneOf(latin, anyScript, beyondThePlane);
    }

    @Provide
    Arbitrary<String> impossible() {
        return Arbitraries.of("", "QQ\0", "\0QQ", "QQ\ud83d", "\udd11QQ", "Q".repeat(1025), "QQ" + "ü".repeat(512));
    }

    private static boolean fits(PasswordHasher hasher, String password) {
        return !(hasher instanceof BcryptHasher) || password.getBytes(StandardCharsets.UTF_8).length <= BCRYPT_LIMIT;
    }

    private static boolean judged(Optional<StoredHash> stored, String password) {
        return Judge.password(stored, Optional.empty(), password);
    }

    /** To SCRAM, what SASLprep makes one of is one password. */
    private static boolean same(PasswordHasher hasher, String password, String other) {
        boolean scram = hasher instanceof ScramSha1Hasher || hasher instanceof ScramSha256Hasher;
        return scram ? Scram.prepared(password).equals(Scram.prepared(other)) : password.equals(other);
    }

    private static String kind(PasswordHasher hasher) throws UnusableHashException {
        return StoredHashes.read(hasher.hash("secret")).kind();
    }
}
