/** The program around a gateway. Floors, top down: cli, demo, service, config. */
package org.smtpgate.app;
