/** The command line: one class for each subcommand. */
package org.smtpgate.app.cli;
