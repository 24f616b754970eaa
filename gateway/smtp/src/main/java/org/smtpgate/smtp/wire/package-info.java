/** From bytes to words and back. Total functions: no input makes them throw. */
package org.smtpgate.smtp.wire;
