/** From a client's transaction to an upstream and back: leases, retries before the point of no return, outcomes. */
package org.smtpgate.proxy.relay;
