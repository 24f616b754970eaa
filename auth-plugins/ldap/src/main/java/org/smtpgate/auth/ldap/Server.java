package org.smtpgate.auth.ldap;

/**
 * One server of the directory, as a URL names it.
 *
 * @param host a name or an address, without brackets
 * @param tls whether TLS begins at once, as {@code ldaps} has it
 */
record Server(String host, int port, boolean tls) {
    @Override
    public String toString() {
        return (tls ? "ldaps://" : "ldap://") + host + ":" + port;
    }
}
