/** {@code smtpgate demo}: everything that is needed to see the gateway work, on loopback and in one process. */
package org.smtpgate.app.demo;
