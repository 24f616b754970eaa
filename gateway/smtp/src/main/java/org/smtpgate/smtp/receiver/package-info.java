/** The role towards clients: what a session of theirs may do, in which order, and what it is told. */
package org.smtpgate.smtp.receiver;
