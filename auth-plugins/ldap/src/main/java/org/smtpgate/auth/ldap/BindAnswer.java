package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPResult;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ErrorType;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ResponseControl;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the directory said to a user's bind.
 *
 * @param verdict what it means for the login
 * @param reason why an account is refused that has, or may have, the right password; empty where the password is wrong
 */
record BindAnswer(Verdict verdict, String reason) {

    enum Verdict {
        RIGHT,
        /** The login is refused, by the directory's will and not for want of an answer. */
        REFUSED,
        COULD_NOT_TELL
    }

    private static final BindAnswer RIGHT = new BindAnswer(Verdict.RIGHT, "");
    private static final BindAnswer WRONG = new BindAnswer(Verdict.REFUSED, "");
    private static final BindAnswer COULD_NOT_TELL = new BindAnswer(Verdict.COULD_NOT_TELL, "");

    /** As 389 Directory Server and FreeIPA say it with code 53, which others say when they are in trouble. */
    private static final String ACCOUNT = "Account ";

    /** What Active Directory says with code 49 of an account that is expired, disabled, locked, or not allowed here and now. */
    private static final Pattern ACCOUNT_OF_AD = Pattern.compile("data (530|531|532|533|701|773|775)\\b");

    /** Reads an answer of any result code. */
    static BindAnswer of(LDAPResult result) {
        String diagnostic = result.getDiagnosticMessage() == null ? "" : result.getDiagnosticMessage();
        Optional<String> policy = policy(result);
        return switch (result.getResultCode().intValue()) {
            // To change the password, and nothing else, is what such a login is good for.
            case 0 -> policy.map(BindAnswer::refused).orElse(RIGHT);
            // invalidCredentials, noSuchObject, inappropriateAuthentication: no such user, or one without a password.
            case 49, 32, 48 ->
                policy.or(() -> accountOfAd(diagnostic))
                        .map(BindAnswer::refused)
                        .orElse(WRONG);
            // constraintViolation: too many wrong passwords, says 389 Directory Server.
            case 19 -> refused(policy.orElse(diagnostic));
            // unwillingToPerform says little by itself.
            case 53 ->
                policy.or(() -> Optional.of(diagnostic).filter(text -> text.startsWith(ACCOUNT)))
                        .map(BindAnswer::refused)
                        .orElse(COULD_NOT_TELL);
            default -> COULD_NOT_TELL;
        };
    }

    private static BindAnswer refused(String reason) {
        return new BindAnswer(Verdict.REFUSED, reason.isEmpty() ? "no reason given" : reason);
    }

    /** What the control of draft-behera-ldap-password-policy says of the account. */
    private static Optional<String> policy(LDAPResult result) {
        try {
            return Optional.ofNullable(DraftBeheraLDAPPasswordPolicy10ResponseControl.get(result))
                    .map(DraftBeheraLDAPPasswordPolicy10ResponseControl::getErrorType)
                    .map(DraftBeheraLDAPPasswordPolicy10ErrorType::getName);
        } catch (LDAPException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> accountOfAd(String diagnostic) {
        return ACCOUNT_OF_AD.matcher(diagnostic).find() ? Optional.of(diagnostic) : Optional.empty();
    }
}
