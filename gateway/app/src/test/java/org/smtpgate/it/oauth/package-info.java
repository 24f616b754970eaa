/** Passwords in front of the gateway, access tokens behind it, and a token endpoint beside it. */
package org.smtpgate.it.oauth;
