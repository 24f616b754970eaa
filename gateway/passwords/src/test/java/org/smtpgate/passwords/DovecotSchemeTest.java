package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored passwords with a prefix, made by {@code doveadm pw} of Dovecot 2.3.19. */
class DovecotSchemeTest {
    private static final String ASCII = "tr0ub4dor & 3";
    private static final String UNICODE = "пароль-🔑-ß";

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            PLAIN|{PLAIN}tr0ub4dor & 3
            CLEARTEXT|{CLEARTEXT}tr0ub4dor & 3
            SHA|{SHA}v2wzLWBJUCKoi7ktfXB8DcnjRA4=
            SHA1|{SHA1}v2wzLWBJUCKoi7ktfXB8DcnjRA4=
            SSHA|{SSHA}GhBjjBCBb7VmJepB9jzhXhp7m3HkZAmi
            SHA256|{SHA256}KGSCmkgYVHZoSpoI1oxXDS2zVOw9/8XXcp5eAIzRdKk=
            SSHA256|{SSHA256}5TzfXHZ9nLkyGS+OMQCejUgI5WTd6b2TqUwXYyWf7YSDdz2t
            SHA512|{SHA512}+96frvPywvV2SaKCUCDl3Fkr/NV1CzanLQe8n9wd1GS2yKfhJmFIsVcSPBsZe/PKKTrIUHBlQlSSoS8GxHIgJQ==
            SSHA512|{SSHA512}t2gH/qCZz7hEXJCx7kiCrecX8qZQJuT2/oNh86TVSRG8CmfNIAvgAykgDyJ1fsdG2qoluf0JrtTlgSfCjZDEqvbzo/U=
            SHA.HEX|{SHA.HEX}bf6c332d60495022a88bb92d7d707c0dc9e3440e
            SSHA.HEX|{SSHA.HEX}444fc53526f7b019d638d9024dac326332787caef923498e
            SSHA256.HEX|{SSHA256.HEX}979b2b27f269a588dc8f9fda9f488262f95f2f5ae65861f8779e8367540e2e6d415cbc97
            SHA512.B64|{SHA512.B64}+96frvPywvV2SaKCUCDl3Fkr/NV1CzanLQe8n9wd1GS2yKfhJmFIsVcSPBsZe/PKKTrIUHBlQlSSoS8GxHIgJQ==
            SSHA512.BASE64|{SSHA512.BASE64}UlmE1DJRop4AvMkVwGSQJ9uRosXqGZwjqQ0gYG5Kzvp5D88FNKIbEoAg+9rf5dDI0q9g9Iz5TkZxm2Lk9mAduyQRZs8=
            PLAIN.B64|{PLAIN.B64}dHIwdWI0ZG9yICYgMw==
            PLAIN.HEX|{PLAIN.HEX}747230756234646f7220262033
            BLF-CRYPT|{BLF-CRYPT}$2y$05$.4GmnbE7uMd97kaLUpMmt.UscBWDVqbWoW2XYUjbZGIcuncvHUBfS
            ARGON2I|{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$B+mWnL8zdMlOR2t2ka+i0A$90IJNcUXn75G1OmHwQ9OpHCQjLbZdB8rM0tLDECvFxk
            PBKDF2|{PBKDF2}$1$s72Y.1AH5jxSJErW$5000$e5d58142a948e9df9b566759128266b5ba34a3ad
            PBKDF2.B64|{PBKDF2.B64}JDEkZDhvWUtSd2JyRS9TNkE3dSQ1MDAwJGE0YzljMmJiZTRjNDA0OTU3MWVkM2Y2ZWVmYWVjNGNhZTg5N2FlMTY=
            SHA256-CRYPT|{SHA256-CRYPT}$5$ZZBdGwI8qzdpYo.4$WMtb9eATR/GtgoXMy/puQn.Ufo347SU/Ne/uZPebVhD
            SHA512-CRYPT|{SHA512-CRYPT}$6$RMMC/7hH30q438tD$pFtlhA640rinxjrYwBKPiJZlvZ9efoi7HtipKISTcVjC.VXel6c/bD3V20svfGuDD80aXOyUHqNI9x/X4pJ1h0
            MD5-CRYPT|{MD5-CRYPT}$1$9/qowuUr$zUdzd/l1pfKRqm979DXPW1
            CRYPT|{CRYPT}$2y$05$Ao5mX4CpXjZAs/8si5rMJupHmMBRrIftAio/7wfbCbA4FLLPTc2vS
            CRYPT.HEX|{CRYPT.HEX}24327924303524424474324749793865334577506444644a614c4f532e77414d796932393037526f664949622e4e49376352586b3231696373647169
            SCRAM-SHA-1|{SCRAM-SHA-1}4096,NywGRvyquLU71PWVw+FsYg==,+nSDBFTtyYcVyF+HrZm1D29K3Q8=,AqNx/HXJqC1ayugyhfUrTlqYEmw=
            SCRAM-SHA-256|{SCRAM-SHA-256}4096,Z/3Qj7AtLMO9R00rh3diUw==,QPSKLpTQWRNxRlhDN+jUX8ybeEvItGlCJuJOwcDCK98=,U+oX1upGkO+pe8td8Jb0MaXhCYU0Y0USycsi1FHow74=
            """)
    void whatDoveadmStoresIsCheckedAndWrongPasswordsAreNotTaken(String scheme, String stored) throws Exception {
        verifies(stored, ASCII);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            PLAIN|{PLAIN}пароль-🔑-ß
            CLEARTEXT|{CLEARTEXT}пароль-🔑-ß
            SHA|{SHA}XM41VlASg+MIeb4Fl5G8OY0NMJA=
            SHA1|{SHA1}XM41VlASg+MIeb4Fl5G8OY0NMJA=
            SSHA|{SSHA}GqkhLtIJVbCOTybOOv9sCqRuoPVS3LrC
            SHA256|{SHA256}vDTfyAQT4YyWcrTNh+ybWeWRenNcvSAyQBC8rnd8cgc=
            SSHA256|{SSHA256}/0h4dasg4DL4aXLP7Kra/WSyABAwAViWHMzrLEbR485SAqHF
            SHA512|{SHA512}gB0M6ZuTBUz1fPpR2hp+9x/GcsrU6vPqRvm6nyPal70DCgkz6HdJ+Bz2uxu53+zaVHFThSMblsuqftNNQdiR5w==
            SSHA512|{SSHA512}lodkkRoLeyECiLAnc0vJA/Z+Z7a0sgyfU4btHFk4zpW4rMvnAUYJj90zTzJakqX6UXwUkYdTa2bSxDHmnwisFHeYnek=
            SHA.HEX|{SHA.HEX}5cce3556501283e30879be059791bc398d0d3090
            SSHA.HEX|{SSHA.HEX}4b796015561219ce9f2be94addfb220c6c3fa68bbdf77df7
            SSHA256.HEX|{SSHA256.HEX}e534c3e7bd0850704eaf412cf194ee832db2a9e8d0c9859bc3ac43073d14535f18addbb7
            SHA512.B64|{SHA512.B64}gB0M6ZuTBUz1fPpR2hp+9x/GcsrU6vPqRvm6nyPal70DCgkz6HdJ+Bz2uxu53+zaVHFThSMblsuqftNNQdiR5w==
            SSHA512.BASE64|{SSHA512.BASE64}BM1KBFBq8DoAJXaSKSaXOE2gS7ScpFrskC84brv1By3H/ZbANb0vjgHHQGeiyB6IqQKxTTEXZBs695kLCwKqDP3pdr0=
            PLAIN.B64|{PLAIN.B64}0L/QsNGA0L7Qu9GMLfCflJEtw58=
            PLAIN.HEX|{PLAIN.HEX}d0bfd0b0d180d0bed0bbd18c2df09f94912dc39f
            BLF-CRYPT|{BLF-CRYPT}$2y$05$zIdCS9k3JNVCd52u/oWDxOvj06IYipLyQihsi.Udq79m.mHf8VtlS
            ARGON2I|{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$3uEF9+HIdMEFtiSZIoor5w$f9Jd+zv5FiV3TeZae+DxkdsJdc8eWLi7t6PPKKN9ubo
            PBKDF2|{PBKDF2}$1$HqWXttI4OAbKsOXm$5000$82fbea413a1a3149fd96ebc8f9ba5ac4dfc0eff9
            PBKDF2.B64|{PBKDF2.B64}JDEkMUs1bnhCTEI4RHlPVElheCQ1MDAwJDhkNGJiZWZkZjFmMzU5YTVjMzYyNmYzN2M2MWYxNjFlZDY0OWQ0Mjc=
            SHA256-CRYPT|{SHA256-CRYPT}$5$NoQyRYUlYLoOCkJw$4ym2gshqubkFE6nqR5WAQSQsrbPapzVq6gqnKicRmO4
            SHA512-CRYPT|{SHA512-CRYPT}$6$Gq7tbMggmXd8vD0A$jNe2UxxmcIA2ohYaQ9Tiz8K9Szmzj3XQ9F4bldOHe5t7ob6rMk1yzp0tXsezDiras51mJRsi7kVmvtXQPn56S/
            MD5-CRYPT|{MD5-CRYPT}$1$PoI7NOAm$S1DwIsxpukiptBaPjV6cO.
            CRYPT|{CRYPT}$2y$05$4g8EKmiZNtVnHMsGz.xIk..LMWjr/2zS/VjB15k88l8gbmAMgB.l.
            CRYPT.HEX|{CRYPT.HEX}24327924303524756b55564d566a65686b4d4974675a51447a4c5a384f65366c645455586553776c69764c372f4c4432596753316a536f6b4c676c65
            SCRAM-SHA-1|{SCRAM-SHA-1}4096,Y6rGPwDD1QBno27RO8AH+w==,j4wcGOn1h2qbMRVaP9Mfr100Ugw=,6HrpvC1ZBQZxoakSY1+LB+ODz1k=
            SCRAM-SHA-256|{SCRAM-SHA-256}4096,jzk/nxPGMTZ4LHL4rSYFUQ==,FOdOzT3qGsvw3RnOi8X4BcyqIjx0xRToheY4bz11IkA=,Burmm03AcBBNChTikUTc5s9pP4YCiwR3KAloVopYb7g=
            """)
    void whatDoveadmStoresOfPasswordsBeyondAsciiIsOfTheirUtf8(String scheme, String stored) throws Exception {
        verifies(stored, UNICODE);
    }

    @Test
    void letterCaseOfAPrefixDoesNotCount() throws Exception {
        verifies("{sha}v2wzLWBJUCKoi7ktfXB8DcnjRA4=", ASCII);
        verifies("{Plain.b64}dHIwdWI0ZG9yICYgMw==", ASCII);
    }

    /** As Dovecot does: many LDAP exports have it so. */
    @Test
    void anUnsaltedHashOfTheLengthOfHexIsHex() throws Exception {
        verifies("{SHA}bf6c332d60495022a88bb92d7d707c0dc9e3440e", ASCII);
        verifies("{SHA}" + "bf6c332d60495022a88bb92d7d707c0dc9e3440e".toUpperCase(Locale.ROOT), ASCII);
    }

    /** The example of RFC 7677 section 3, as PostgreSQL stores it. */
    @Test
    void scramKeysOfPostgresAreChecked() throws Exception {
        verifies(
                "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                        + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "pencil");
    }

    @Test
    void whatHasNoPrefixIsOfTheDefaultScheme() throws Exception {
        assertThat(StoredHashes.read("v2wzLWBJUCKoi7ktfXB8DcnjRA4=", "SHA").matches(utf8(ASCII)))
                .isTrue();
        assertThat(StoredHashes.read(ASCII, "plain").matches(utf8(ASCII))).isTrue();
        assertThat(StoredHashes.read("{SHA}v2wzLWBJUCKoi7ktfXB8DcnjRA4=", "PLAIN")
                        .kind())
                .isEqualTo("sha");
        assertThat(StoredHashes.isScheme("ssha512.hex")).isTrue();
        assertThat(StoredHashes.isScheme("MD5")).isFalse();
        assertThat(StoredHashes.isScheme("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{SHA}QQ",
                "{SHA}QQQQQQQQ",
                "{SHA.HEX}QQ",
                "{SHA.B64}*QQ*",
                "{SSHA}v2wzLWBJUCKoi7ktfXB8DcnjRA4=",
                "{SHA512}v2wzLWBJUCKoi7ktfXB8DcnjRA4=",
                "{PLAIN.HEX}ff51",
                "{PLAIN.B64}/1E=",
                "{BLF-CRYPT}QQ",
                "{SHA512-CRYPT}$5$VOKJ41qrr2fQmIQL$QQ",
                "{MD5-CRYPT}QQ",
                "{CRYPT}QQkjpKbNyHyAM",
                "{PBKDF2}QQ",
                "{PBKDF2}$1$QQ$999$3bba6796dba7f7e9f37520989e4d7a04f02f068f",
                "{PBKDF2}$1$QQ$2000001$3bba6796dba7f7e9f37520989e4d7a04f02f068f",
                "{SCRAM-SHA-256}QQ",
                "{SCRAM-SHA-256}4095,QQQQ,QQQQ,QQQQ",
                "{SCRAM-SHA-256}4096,QQQQ,QQQQ,QQQQ",
                "SCRAM-SHA-256$600001:QQQQ$QQQQ:QQQQ",
                "SCRAM-SHA-512$4096:QQQQ$QQQQ:QQQQ",
                "{PLAIN-MD5}QQ",
                "{NO SCHEME}QQ",
                "{QQ",
                "QQ"
            })
    void whatCannotBeUsedIsNamedButNotQuoted(String stored) {
        assertThatThrownBy(() -> StoredHashes.read(stored))
                .isInstanceOf(UnusableHashException.class)
                .satisfies(unusable ->
                        assertThat(unusable.getMessage()).isNotBlank().doesNotContain("QQ"));
    }

    @Test
    void aPlainPasswordThatCouldNeverBeSubmittedIsRefused() {
        for (String stored : new String[] {"{PLAIN}", "{PLAIN}" + "x".repeat(1025), "{PLAIN.HEX}610062"}) {
            assertThatThrownBy(() -> StoredHashes.read(stored)).isInstanceOf(UnusableHashException.class);
        }
    }

    private static void verifies(String text, String password) throws UnusableHashException {
        StoredHash hash = StoredHashes.read(text);

        assertThat(hash.matches(utf8(password))).isTrue();
        assertThat(hash.matches(utf8(password + " "))).isFalse();
        assertThat(hash.matches(utf8(password.substring(1)))).isFalse();
        assertThat(hash.matches(utf8(password))).as("checking changes nothing").isTrue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
