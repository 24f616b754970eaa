/** The sockets that SMTP is spoken on, with their TLS, their event loops and their deadlines. */
package org.smtpgate.proxy.net;
