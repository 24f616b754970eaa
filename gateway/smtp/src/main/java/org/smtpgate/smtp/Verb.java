package org.smtpgate.smtp;

/** The commands of SMTP that the gateway knows (RFC 5321 section 4.1.1, RFC 3207, RFC 4954, RFC 3030). */
public enum Verb {
    EHLO,
    HELO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    BDAT,
    RSET,
    NOOP,
    VRFY,
    EXPN,
    HELP,
    QUIT
}
