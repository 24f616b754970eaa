/**
 * What stands against guessing passwords: failed logins are counted by address, network and login, and who fails too often
 * waits, and then is refused.
 */
package org.smtpgate.proxy.guessing;
