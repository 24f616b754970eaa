/** Scripted SMTP clients and servers on plain sockets and threads, so that the gateway is never tested with its own code. */
package org.smtpgate.testkit;
