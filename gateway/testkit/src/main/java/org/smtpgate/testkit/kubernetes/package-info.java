/** A cluster's API server, as far as tests of logins need one. Needs kubernetes-server-mock on the class path. */
package org.smtpgate.testkit.kubernetes;
