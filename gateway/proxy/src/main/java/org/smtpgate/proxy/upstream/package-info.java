/** The mail servers' side: endpoints, the connections to them, and the pools that lend those. */
package org.smtpgate.proxy.upstream;
