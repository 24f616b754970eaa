/** What an operator has of the gateway: metrics, the dashboard and alerts on them, and a Prometheus that joins them. */
package org.smtpgate.it.monitoring;
