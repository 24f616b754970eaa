/** Real database servers of a test: in folders of their own, on loopback, killed and started again as it likes. */
package org.smtpgate.testkit.database;
