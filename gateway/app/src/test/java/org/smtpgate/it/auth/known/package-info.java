/** A plugin for tests, which serves what the plugins of the product do not serve together. */
package org.smtpgate.it.auth.known;
