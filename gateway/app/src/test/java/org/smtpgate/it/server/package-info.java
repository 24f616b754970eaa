/** Mail servers from the system's packages, each started on loopback with a configuration and a spool of its own. */
package org.smtpgate.it.server;
