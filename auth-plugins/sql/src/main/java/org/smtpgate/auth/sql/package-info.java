/** Authentication against a table of PostgreSQL, MySQL or MariaDB. */
package org.smtpgate.auth.sql;
