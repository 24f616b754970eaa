/**
 * What plugins that judge tokens have in common: questions over HTTP with a bound on everything, keys that a server
 * publishes, signatures (RFC 7515), claims (RFC 7519), and a memory of answers. Knows nothing of SMTP, and of no server's
 * own ways.
 */
package org.smtpgate.tokens;
