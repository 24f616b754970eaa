package org.smtpgate.auth.saslauthd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of saslauthd 2.1.28, as they stand in its program. */
class VerdictTest {
    @ParameterizedTest
    @ValueSource(strings = {"OK", "OK remote authentication successful"})
    void yes(String answer) {
        assertThat(Verdict.of(answer)).isEqualTo(Verdict.RIGHT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO",
                "NO ",
                "NO authentication failed",
                "NO Invalid username",
                "NO Incorrect password",
                "NO PAM auth error",
                "NO PAM acct error",
                "NO remote server rejected your credentials",
                "NO krb5_get_init_creds_password failed",
                "NO Invalid shadow username",
                "NO Account expired",
                "NO Password expired"
            })
    void no(String answer) {
        assertThat(Verdict.of(answer)).isEqualTo(Verdict.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO [ALERT] Couldn't contact remote authentication server",
                "NO [ALERT] error synchronizing with remote authentication server",
                "NO [ALERT] The remote authentication server is currently unavailable",
                "NO [ALERT] Unexpected response from remote authentication server",
                "NO [ALERT] saslauthd internal error",
                "NO saslauthd internal error",
                "NO saslauthd principal name error",
                "NO krb5_verify_init_creds failed",
                "NO PAM start error",
                "NO Username lookup failure: Connection refused",
                "NO Username shadow lookup failure: Permission denied",
                "NO Insufficient permission to access NIS authentication database (saslauthd)",
                "NO internal mechanism failure",
                "NO NULL response from mechanism",
                "",
                "no",
                "ok",
                "220 mail.example.org ESMTP"
            })
    void couldNotTell(String answer) {
        assertThat(Verdict.of(answer)).isEqualTo(Verdict.COULD_NOT_TELL);
    }
}
