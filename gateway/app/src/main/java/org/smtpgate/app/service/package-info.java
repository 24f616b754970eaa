/** The gateway as a process: plugins, assembly, admin HTTP, logging, start and stop. */
package org.smtpgate.app.service;
