/** The role towards upstreams: the handshake, then commands out and replies in. */
package org.smtpgate.smtp.sender;
