/** The {@code htpasswd} plugin: users and salted password hashes in a file of Apache's format. */
package org.smtpgate.auth.htpasswd;
