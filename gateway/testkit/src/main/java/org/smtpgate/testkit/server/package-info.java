/** Real servers that tests of several modules start, in folders and on ports of their own. */
package org.smtpgate.testkit.server;
