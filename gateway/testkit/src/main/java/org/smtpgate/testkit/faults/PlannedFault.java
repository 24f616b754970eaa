package org.smtpgate.testkit.faults;

import java.time.Duration;

/**
 * What is to happen to one connection, and where.
 *
 * @param turn in which transaction of the connection, from 1, for what belongs to a transaction; inside TLS, at which
 *     change of direction, from 1 for the ClientHello; 0 for what comes before
 * @param offset after how many octets of the command, reply, content or turn; its last octet is struck at the latest
 * @param pause for how long something is held back, of meaning for {@link FaultKind#HANG} and {@link FaultKind#DELAY}
 */
public record PlannedFault(FaultKind kind, FaultPoint point, int turn, int offset, Duration pause) {}
