package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hashes that other programs made: htpasswd of Apache 2.4, openssl 3.0, crypt(3) of libxcrypt 4.4 by mkpasswd and by
 * Python, argon2 of the reference implementation, and doveadm 2.3.
 */
class ForeignHashesTest {
    private static final String ASCII = "tr0ub4dor & 3";
    private static final String UNICODE = "пароль-🔑-ß";

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            htpasswd -B -C 4        | $2y$04$k8NWj8wbOcr3FmoBqkUiweTzZ5QF5wM1amvlIeu15e5vb8OoXsx5O
            htpasswd -B -C 5        | $2y$05$/lUPxw0r4CCiDeXw/1TSTutOF9xeSwbB42YXqNN/8pyc6iO5dQgW.
            mkpasswd bcrypt         | $2b$06$SFpkqGtuVLdCDLbj/0H1sOKe1PtOvwxM6gXj.ZiwjNOwKfkMPCZqC
            mkpasswd bcrypt-a       | $2a$05$KSw.5AyYCseUj5xRDk9MGe76Bd2UaH2BatzP.FyVad1pIjsdVh22C
            crypt(3)                | $2b$04$abcdefghijklmnopqrstuuykQwnCRA6xHzPPXpJ1JfxQ9VLvvlBae
            doveadm BLF-CRYPT       | $2y$05$VoYQrvuJtf39.O5c4Ok/6eSDWywEAIIBVS25zCZaGccmcZ1vxU6zq
            htpasswd -m             | $apr1$B8sbiGrp$KSn8ATQaEJdCZm7FT4YqL0
            openssl -apr1           | $apr1$bS02dBoq$XVkSv2vI22mZL5.2XmYUu/
            htpasswd -2             | $5$GP74E/gcHf0Y7Scq$sL0.6CHf2k0yVFkwgjy9Qyz1Ksqgwvw8ReoQEpa66G1
            openssl -5              | $5$VOKJ41qrr2fQmIQL$GHLLp4OfWEfTarNP/FlCMpCW.M8cKn21H0y10ufJM2B
            openssl -5 rounds=1000  | $5$rounds=1000$abc$rH9FEVv7Uz2EMLdef/eNd6ASbuqZbzz9lr8SN/RwDWC
            mkpasswd sha-256        | $5$rounds=12345$2UNNHHTC5pT90/CU$v2khSXhJbVszUvS.W7tJDK3TfPQig2wTRusN1DQvlH4
            htpasswd -5             | $6$xBy0wEDSkjawkCbm$q5UgT613v3HeiEdmCU2l.EUUTDJYnS6SEuXig4Uf2FUEBBG/qc8/a4YyAGYI//3ap5qTsdEbzJXNUOLqVUB7K/
            openssl -6              | $6$wVSMZo2tq7aiE32I$J7VY3wrqCXCbxuU7nSMgc2.mU9mzGwT.xFqaT3tBgMcYZlf9C8ln42TUTp8irDTRHpHUeokP1ajzRrVqMSY2r/
            mkpasswd sha-512        | $6$rounds=1000$yhL66OUmykEWv4.8$jTUTEQcLtZM42jIcWUt/tog7hRINjyvrocmRlZFmZEc3suVSxvsfbbKNCro.7vHzkefgSsOgNC0QHWub9GXT81
            crypt(3) rounds=20000   | $6$rounds=20000$xwfIe.37oosJ9isJ$KvSUe25sHpoafTHRmLuHMg8SxpKBXrTOJAv9L0QI3ZZsN8d78g6jzlB.s3honfbnbiYRMPu2J9Dqoo2piBuiq/
            argon2 -id -v 10        | $argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$aP+duI2QTH9lwlfkzSo8eCXVH0D+9ZJ+Px9o5FRdB3M
            argon2 -id -v 13        | $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$NuitbTA1UA1myILA06ngZz5R2/WX9ebjSNKk55T1sCo
            argon2 -i -v 10         | $argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$fC6t10odd3cZQg7nZ1M2D/CYmaD+m29ZFUlWBf/sONI
            argon2 -i -v 10, old    | $argon2i$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$fC6t10odd3cZQg7nZ1M2D/CYmaD+m29ZFUlWBf/sONI
            argon2 -i -v 13         | $argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$eP6VOHEwEvF91OYBSHzeM/diBDFNAmiWz8bLUZWiYbw
            argon2 -d -v 10         | $argon2d$v=16$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$rTm6GJ7UCpSAcCrChPooTL1MBnT8BbOR5VF9v9oyBLA
            argon2 -d -v 13         | $argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$uFyvHPTxA11YQsMV7BlPjpndNc56oD5ex3dELCpA4Mo
            argon2 4 lanes, 64 MiB  | $argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$q53eLHY61DD1lVwmHJxwoVc1tgwsZXHd
            doveadm ARGON2ID        | $argon2id$v=19$m=65536,t=3,p=1$fFyFB9L1PJtNUFc8EbJWhA$4rNGqG/DN1STDdbnDfYtFNEWcaN21UlJr1ofSd91yes
            """)
    void hashesOfOtherProgramsVerifyAndWrongPasswordsDoNot(String madeBy, String text) throws UnusableHashException {
        verifies(text, ASCII);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            htpasswd -B -C 4        | $2y$04$LP7ry3M7/moTQ8VgdpKO1.3A8ui9heeD5zZQuj0PKoreuy/mBkjC2
            mkpasswd bcrypt         | $2b$06$i3uxAQxkSXzPRSIBP5QYgultVYONdZJ2c3ugW5qBf17sUyzyWkZUe
            mkpasswd bcrypt-a       | $2a$05$J8Xm27S7244T0Kcv39tjj.YBuNl50O8mLDugv53z09kbsIfW1Iklq
            htpasswd -m             | $apr1$arCjQD.j$w4CdjXrrA.HX/21bx12Eb.
            openssl -5              | $5$4yL2dL1MELVB8X5K$/aY3qyVaSiSy0jj.kWpJO7h32F4nu5VtRVtE//pCEzA
            mkpasswd sha-256        | $5$rounds=12345$xkP.5KK.tBsISsaE$Qdso9B670EfJIdifUFUBVNU9PCmvg31VUmXlXckzKg5
            openssl -6              | $6$hsqHX/F/ulFW.fp2$Nkpt2CLAVvWgeiLXAHaA9f5/jsFfNyuaGpH9KcRib5oejqh5g36l2PDJGYvb8qxos/3tBos.pitiUVKpmprm8/
            argon2 -id -v 13        | $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$hgGRXDmbMojHEmHyw2rSfVGPsSx55WzfidmzJvK2rHY
            argon2 -i -v 10         | $argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$k2gO/mbym8dNrxeu+0YX39WLHpcGDwFjZOytxb77V9Q
            argon2 -d -v 13         | $argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$Xb8HipsVFczzLiqbdjFYOGoIlT0xO9oOvqJnJCptLEA
            """)
    void hashesOfPasswordsBeyondAsciiAreOfTheirUtf8(String madeBy, String text) throws UnusableHashException {
        verifies(text, UNICODE);
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
