package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.SearchScope;

/** Where and by what the entry of a user is searched for. */
record UserSearch(DN base, SearchScope scope, FilterTemplate filter) {}
