/** An OAuth 2.0 token endpoint for tests, on the HTTP server of the JDK. */
package org.smtpgate.testkit.oauth;
