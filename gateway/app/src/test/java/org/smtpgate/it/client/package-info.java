/** Mail programs as people use them, each brought to send one given message as it stands. */
package org.smtpgate.it.client;
