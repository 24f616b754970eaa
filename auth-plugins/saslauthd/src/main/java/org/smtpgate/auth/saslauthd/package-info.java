/** Authentication by saslauthd, and through it by PAM. */
package org.smtpgate.auth.saslauthd;
