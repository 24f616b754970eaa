/** What an authentication plugin implements: a factory found by name, and a backend on Vert.x' own SPI. */
package org.smtpgate.auth;
