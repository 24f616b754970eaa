/** Logins at a rate that hashing cannot follow, and what they cost the clients that are in already. */
package org.smtpgate.bench.logins;
