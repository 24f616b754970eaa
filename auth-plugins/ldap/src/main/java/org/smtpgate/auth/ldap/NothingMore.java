package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.PostConnectProcessor;

/** A connection that is ready as it is: the library wants to be told, where others of its kind are not. */
final class NothingMore implements PostConnectProcessor {
    @Override
    public void processPreAuthenticatedConnection(LDAPConnection connection) {
        // Nothing is to be done.
    }

    @Override
    public void processPostAuthenticatedConnection(LDAPConnection connection) {
        // Nothing is to be done.
    }
}
