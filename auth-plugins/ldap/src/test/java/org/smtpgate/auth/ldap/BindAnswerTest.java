package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.ldap.BindAnswer.Verdict.COULD_NOT_TELL;
import static org.smtpgate.auth.ldap.BindAnswer.Verdict.REFUSED;
import static org.smtpgate.auth.ldap.BindAnswer.Verdict.RIGHT;

import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.LDAPResult;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ErrorType;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ResponseControl;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10WarningType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each answer to a bind means, for servers that cannot be started here, too. */
class BindAnswerTest {
    @ParameterizedTest
    @CsvSource({"49", "32", "48"})
    void noSuchUserAndWrongPasswordAreOne(int code) {
        assertThat(answer(code, null)).isEqualTo(new BindAnswer(REFUSED, ""));
        assertThat(answer(code, "Invalid credentials")).isEqualTo(new BindAnswer(REFUSED, ""));
    }

    @Test
    void allOtherCodesSayNothingOfThePassword() {
        List<Integer> speaking = List.of(0, 19, 32, 48, 49);

        assertThat(Arrays.stream(ResultCode.values())
                        .map(ResultCode::intValue)
                        .filter(code -> !speaking.contains(code)))
                .hasSizeGreaterThan(50)
                .allSatisfy(code -> assertThat(answer(code, "busy").verdict()).isEqualTo(COULD_NOT_TELL));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "19|Exceed password retry limit. Please try later.",
                "53|Account inactivated. Contact system administrator.",
                "53|Account (Kerberos principal) is expired",
                "49|80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 532, v4563",
                "49|80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 775, v4563"
            })
    void anAccountThatIsClosedIsRefusedAndTheReasonIsKept(int code, String diagnostic) {
        assertThat(answer(code, diagnostic)).isEqualTo(new BindAnswer(REFUSED, diagnostic));
    }

    @Test
    void aWrongPasswordAtActiveDirectoryIsNoClosedAccount() {
        String diagnostic = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563";

        assertThat(answer(49, diagnostic)).isEqualTo(new BindAnswer(REFUSED, ""));
    }

    @ParameterizedTest
    @EnumSource(
            value = DraftBeheraLDAPPasswordPolicy10ErrorType.class,
            names = {"PASSWORD_EXPIRED", "ACCOUNT_LOCKED", "CHANGE_AFTER_RESET"})
    void whatThePasswordPolicySaysIsBelieved(DraftBeheraLDAPPasswordPolicy10ErrorType error) {
        var control = new DraftBeheraLDAPPasswordPolicy10ResponseControl(null, -1, error);

        for (int code : new int[] {0, 49, 53, 19}) {
            assertThat(answer(code, null, control)).isEqualTo(new BindAnswer(REFUSED, error.getName()));
        }
        assertThat(answer(51, null, control).verdict()).isEqualTo(COULD_NOT_TELL);
    }

    @Test
    void aWarningIsNoRefusal() {
        var control = new DraftBeheraLDAPPasswordPolicy10ResponseControl(
                DraftBeheraLDAPPasswordPolicy10WarningType.TIME_BEFORE_EXPIRATION, 60, null);

        assertThat(answer(0, null, control)).isEqualTo(new BindAnswer(RIGHT, ""));
    }

    private static BindAnswer answer(int code, String diagnostic, Control... controls) {
        return BindAnswer.of(new LDAPResult(1, ResultCode.valueOf(code), diagnostic, null, null, controls));
    }
}
