package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.regex.Pattern;

/** The directory could not tell; the message says what was being done. Ordinary in an outage, so without a stack trace. */
final class DirectoryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Its own version, which it names in what it says of failures. */
    private static final Pattern LIBRARY = Pattern.compile(", ldapSDKVersion=[^,)]*, revision=\\w*");

    DirectoryException(String message) {
        super(message, null, false, false);
    }

    /** @param doing what was being done, as it follows "while" */
    DirectoryException(String doing, LDAPException failure) {
        this("while " + doing + ": " + words(failure));
    }

    private static String words(LDAPException failure) {
        ResultCode code = failure.getResultCode();
        return code.getName() + " (" + code.intValue() + "): "
                + LIBRARY.matcher(failure.getMessage()).replaceAll("");
    }
}
