package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgeTest {
    /** The example of RFC 2195 section 2. */
    private static final String CHALLENGE = "<1896.697170952@postoffice.reston.mci.net>";

    private static final String DIGEST = "b913a602c7eda7a495b4e6e7334d3890";

    @Test
    void anAnswerToAChallengeIsCheckedByThePlainPassword() throws Exception {
        Optional<StoredHash> plain = Optional.of(StoredHashes.read("{PLAIN}tanstaaftanstaaf"));

        assertThat(Judge.digest(plain, CHALLENGE, DIGEST)).isTrue();
        assertThat(Judge.digest(plain, CHALLENGE + "x", DIGEST)).isFalse();
        assertThat(Judge.digest(plain, CHALLENGE, DIGEST.replace('b', 'c'))).isFalse();
        assertThat(Judge.digest(plain, CHALLENGE, "")).isFalse();
        assertThat(Judge.digest(Optional.of(StoredHashes.read("{PLAIN}other")), CHALLENGE, DIGEST))
                .isFalse();
    }

    @Test
    void nobodyAnswersForAnUnknownUserOrByAHash() throws Exception {
        Optional<StoredHash> hashed = Optional.of(StoredHashes.read(new BcryptHasher(4).hash("tanstaaftanstaaf")));
        String decoys = "f060434d491955425f7682da6ed44c22";

        assertThat(Judge.digest(hashed, CHALLENGE, DIGEST)).isFalse();
        assertThat(Judge.digest(Optional.empty(), CHALLENGE, DIGEST)).isFalse();
        assertThat(Judge.digest(Optional.empty(), CHALLENGE, decoys)).isFalse();
    }

    @Test
    void theDecoyIsOfTheKindThatMostUsersHave() throws Exception {
        StoredHash first = StoredHashes.read(new Apr1Hasher().hash("x"));
        StoredHash rare = StoredHashes.read("{PLAIN}x");
        StoredHash usual = StoredHashes.read(new BcryptHasher(4).hash("x"));
        Decoy decoy = new Decoy(Optional.of(first));
        assertThat(decoy.hash()).containsSame(first);

        decoy.saw(rare);
        assertThat(decoy.hash()).containsSame(rare);
        decoy.saw(usual);
        decoy.saw(usual);
        decoy.saw(rare);
        assertThat(decoy.hash()).containsSame(usual);
    }
}
