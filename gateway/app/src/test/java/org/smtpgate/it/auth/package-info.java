/** Every authentication backend before the real server that it asks, which goes away and comes back. */
package org.smtpgate.it.auth;
