/** Authentication by projected service account tokens: reviewed by the cluster's API server, or verified by its keys. */
package org.smtpgate.auth.kubernetes;
