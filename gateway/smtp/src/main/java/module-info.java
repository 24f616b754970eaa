/** The SMTP protocol, both roles, as pure functions and state machines. Needs nothing but java.base. */
module org.smtpgate.smtp {
    exports org.smtpgate.smtp;
    exports org.smtpgate.smtp.wire;
    exports org.smtpgate.smtp.receiver;
    exports org.smtpgate.smtp.sender;
}
