/** Proof on real input: mail programs as they are installed send through a running gateway into real servers. */
package org.smtpgate.it;
