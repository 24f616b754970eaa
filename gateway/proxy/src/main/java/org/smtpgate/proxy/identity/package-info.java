/** Who clients are, in the words that every room above may use. */
package org.smtpgate.proxy.identity;
