/** Authentication by OAuth 2.0 access tokens (RFC 6750, RFC 7628), verified here or by the server that issued them. */
package org.smtpgate.auth.oauth2;
