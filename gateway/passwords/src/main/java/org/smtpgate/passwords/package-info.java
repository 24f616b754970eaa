/**
 * Passwords as password files and databases store them: crypt(3), PHC strings, Dovecot's {@code {SCHEME}}s and SCRAM keys.
 * Read, checked and made; nothing here reads a file or asks a server.
 */
package org.smtpgate.passwords;
