package org.smtpgate.smtp;

/** What becomes of a CR or an LF that is not part of a CRLF (RFC 5321 section 2.3.8 forbids both). */
public enum BareNewline {
    /** The command or the message is refused. */
    REJECT,
    /** It is taken for a CRLF, and passed on as one. It never ends the content. */
    NORMALIZE
}
