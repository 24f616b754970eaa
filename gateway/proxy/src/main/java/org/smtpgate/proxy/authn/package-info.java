/** Logins: a SASL exchange with the client, and the walk through a listener's backends that judges what it presented. */
package org.smtpgate.proxy.authn;
