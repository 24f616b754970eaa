/** Authentication against an LDAP directory. */
package org.smtpgate.auth.ldap;
