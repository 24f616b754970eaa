/** Which upstream gets a message: rules about who sends it, and from where to where. Pure: no IO, no clock. */
package org.smtpgate.proxy.routing;
