/** A running gateway: listeners in front, upstreams behind, and the transactions between them. */
package org.smtpgate.proxy;
