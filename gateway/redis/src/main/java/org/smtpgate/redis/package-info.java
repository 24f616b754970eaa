/** What replicas of the gateway share, kept in Redis or Valkey. */
package org.smtpgate.redis;
