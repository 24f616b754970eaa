/** The clients' side: listeners, and the connections that they accept. */
package org.smtpgate.proxy.downstream;
