/** The configuration file: from YAML to the values a gateway is built from, with a line number for every mistake. */
package org.smtpgate.app.config;
