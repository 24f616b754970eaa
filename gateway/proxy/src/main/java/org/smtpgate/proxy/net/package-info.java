/** The sockets: the one place that touches Vert.x' and Netty's network classes. */
package org.smtpgate.proxy.net;
