/** What every authentication plugin must pass: the contract of the SPI as tests, and what they are made of. */
package org.smtpgate.testkit.auth;
