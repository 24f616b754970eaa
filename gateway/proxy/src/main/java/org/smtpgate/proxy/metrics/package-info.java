/** What an operator sees: every meter of the gateway, and the log lines of sessions and transactions. */
package org.smtpgate.proxy.metrics;
