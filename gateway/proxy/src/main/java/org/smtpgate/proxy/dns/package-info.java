/** Names to addresses, asked of name servers without blocking: A, AAAA, SRV and MX, with the times for which they hold. */
package org.smtpgate.proxy.dns;
