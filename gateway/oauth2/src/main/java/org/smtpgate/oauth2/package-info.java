/**
 * Access tokens for logging in at upstreams (RFC 6749, RFC 7523): fetched ahead of their end, one request however many
 * wait, kept by login. Knows HTTP and files, nothing of SMTP.
 */
package org.smtpgate.oauth2;
