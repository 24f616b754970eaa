/** Authentication by OAuth 2.0 access tokens. */
package org.smtpgate.auth.oauth2;
