/** A proxy between an SMTP client and a real server that breaks connections by a plan made from one seed. */
package org.smtpgate.testkit.faults;
