/** Authentication by an HTTP service: that of nginx' auth_http, or JSON. */
package org.smtpgate.auth.http;
