package org.smtpgate.smtp.sender;

/** How far an upstream connection is. */
enum Life {
    SHAKING_HANDS,
    READY,
    /** The gateway has said QUIT: whatever ends the connection now was asked for. */
    QUITTING,
    LOST
}
