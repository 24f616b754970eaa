/** Authentication by service account tokens of Kubernetes. */
package org.smtpgate.auth.kubernetes;
