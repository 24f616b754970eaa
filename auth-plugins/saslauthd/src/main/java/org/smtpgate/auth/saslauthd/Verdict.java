package org.smtpgate.auth.saslauthd;

import java.util.List;

/** What the daemon's answer means. */
enum Verdict {
    RIGHT,
    /** Wrong, or not distinguishable from it. */
    REFUSED,
    /** The daemon says NO and means that it could not ask. */
    COULD_NOT_TELL;

    /**
     * As the mechanisms of 2.1.28 speak of themselves: rimap and httpform ({@code [ALERT]}), kerberos5, pam, getpwent and
     * shadow, and the daemon about a mechanism that says nothing.
     */
    private static final List<String> TROUBLE = List.of(
            "[ALERT]",
            "internal error",
            "internal mechanism failure",
            "NULL response from mechanism",
            "PAM start error",
            "lookup failure",
            "Insufficient permission",
            "principal name error",
            "krb5_verify_init_creds failed");

    private static final List<String> ACCOUNT = List.of("Account expired", "Password expired", "PAM acct error");

    static Verdict of(String answer) {
        if (answer.startsWith("OK")) {
            return RIGHT;
        }
        boolean no = answer.startsWith("NO");
        return no && TROUBLE.stream().noneMatch(answer::contains) ? REFUSED : COULD_NOT_TELL;
    }

    /** Whether a refusal is the account's, and not its password's. */
    static boolean speaksOfTheAccount(String answer) {
        return ACCOUNT.stream().anyMatch(answer::contains);
    }
}
