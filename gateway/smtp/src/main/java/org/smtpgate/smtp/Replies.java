package org.smtpgate.smtp;

import java.util.ArrayList;
import java.util.List;

/**
 * Every sentence that the gateway itself says to a client. Failures carry the session's id, which stands in the logs
 * too, so that a user's screenshot leads to the line that explains it.
 */
public final class Replies {
    private final String hostname;
    private final String id;

    /**
     * @param hostname the listener's name for itself
     * @param id the session's id
     */
    public Replies(String hostname, String id) {
        this.hostname = hostname;
        this.id = id;
    }

    private Reply failure(int code, String status, String text) {
        return Reply.of(code, status, text + " [" + id + "]");
    }

    private static Reply done(int code, String status, String text) {
        return Reply.of(code, status, text);
    }

    // Greetings and goodbyes

    public Reply greeting() {
        return new Reply(220, List.of(hostname + " ESMTP smtpgate"));
    }

    public Reply helo() {
        return new Reply(250, List.of(hostname));
    }

    public Reply ehlo(List<String> keywords) {
        List<String> lines = new ArrayList<>(keywords.size() + 1);
        lines.add(hostname);
        lines.addAll(keywords);
        return new Reply(250, lines);
    }

    public Reply goodbye() {
        return done(221, "2.0.0", hostname + " closing connection");
    }

    /** The last words of an ending of ours: 421, or 221 where the listener prefers that. */
    public Reply ending(Ending ending, boolean politely) {
        if (politely) {
            return goodbye();
        }
        return switch (ending) {
            case IDLE -> failure(421, "4.4.2", hostname + " Timed out waiting for the client");
            case SHUTDOWN -> failure(421, "4.3.2", hostname + " Service shutting down, please reconnect");
            case ERRORS -> failure(421, "4.7.0", hostname + " Too many errors");
            case LIMIT -> failure(421, "4.4.2", hostname + " Too much data");
        };
    }

    public Reply tooManySessions() {
        return failure(421, "4.3.2", hostname + " Too many connections, try again later");
    }

    public Reply tooManyFailedLogins() {
        return failure(421, "4.7.0", hostname + " Too many failed logins, try again later");
    }

    public Reply upstreamClosed() {
        return failure(421, "4.4.2", hostname + " Upstream closed the connection");
    }

    /** For a client that closed its side without QUIT, and may still read. */
    public Reply clientClosed() {
        return failure(421, "4.4.2", hostname + " Connection closed by the client");
    }

    public Reply internalError() {
        return failure(421, "4.3.0", hostname + " Internal error");
    }

    // Answers to commands that need no upstream

    public Reply ok() {
        return done(250, "2.0.0", "Ok");
    }

    public Reply cannotVerify() {
        return done(252, "2.5.0", "Cannot verify, will try to deliver");
    }

    public Reply help() {
        return done(214, "2.0.0", "EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT (RFC 5321)");
    }

    public Reply readyForTls() {
        return done(220, "2.0.0", "Ready to start TLS");
    }

    public Reply notImplemented() {
        return failure(502, "5.5.1", "Command not implemented");
    }

    public Reply badSequence(String text) {
        return failure(503, "5.5.1", text);
    }

    public Reply lineTooLong() {
        return failure(500, "5.5.2", "Line too long");
    }

    public Reply bareNewlineInCommand() {
        return failure(500, "5.5.2", "Lines must end with CR LF");
    }

    public Reply plaintextAfterStartTls() {
        return failure(554, "5.5.1", "Nothing may follow STARTTLS before the TLS handshake");
    }

    public Reply fault(Command.Invalid invalid) {
        return switch (invalid.fault()) {
            case UNKNOWN_COMMAND -> failure(500, "5.5.1", "Command not recognized");
            case HTTP_REQUEST -> failure(421, "4.7.0", hostname + " This is SMTP, not HTTP");
            case CONTROL_CHARACTER -> failure(500, "5.5.2", "Control characters are not allowed in a command");
            case EHLO_SYNTAX -> failure(501, "5.5.4", "Syntax: EHLO your.host.name");
            case MAIL_SYNTAX -> failure(501, "5.5.4", "Syntax: MAIL FROM:<address> [parameters]");
            case RCPT_SYNTAX -> failure(501, "5.5.4", "Syntax: RCPT TO:<address>");
            case AUTH_SYNTAX -> failure(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
            case BDAT_SYNTAX -> failure(421, "4.7.0", hostname + " Syntax: BDAT size [LAST]");
            case NO_ARGUMENT_ALLOWED -> failure(501, "5.5.4", "No argument is allowed here");
            case SENDER_ADDRESS -> failure(501, "5.1.7", "Bad sender address syntax");
            case RECIPIENT_ADDRESS -> failure(501, "5.1.3", "Bad recipient address syntax");
            case NON_ASCII_ADDRESS ->
                failure(553, "5.6.7", "An address beyond ASCII must be UTF-8, and needs SMTPUTF8");
            case PARAMETER_UNKNOWN -> notOffered(invalid.subject() == null ? "The parameter" : invalid.subject());
            case PARAMETER_VALUE -> failure(501, "5.5.4", "Bad value of " + invalid.subject());
            case PARAMETER_TWICE -> failure(501, "5.5.4", invalid.subject() + " is given twice");
            case PARAMETER_CONFLICT -> failure(501, "5.5.4", invalid.subject() + " excludes another parameter");
        };
    }

    // Login

    public Reply authenticated() {
        return done(235, "2.7.0", "Authentication successful");
    }

    public Reply challenge(String base64) {
        return new Reply(334, List.of(base64));
    }

    public Reply badCredentials() {
        return failure(535, "5.7.8", "Authentication credentials invalid");
    }

    public Reply authUnavailable() {
        return failure(454, "4.7.0", "Temporary authentication failure");
    }

    public Reply authCancelled() {
        return failure(501, "5.7.0", "Authentication cancelled");
    }

    public Reply authMalformed(String reason) {
        return failure(501, "5.5.2", reason);
    }

    public Reply authLineTooLong() {
        return failure(500, "5.5.6", "Authentication exchange line is too long");
    }

    public Reply mechanismUnknown() {
        return failure(504, "5.5.4", "Authentication mechanism not offered");
    }

    public Reply mechanismNeedsTls() {
        return failure(538, "5.7.11", "Encryption required for authentication, use STARTTLS");
    }

    public Reply authRequired() {
        return failure(530, "5.7.0", "Authentication required");
    }

    public Reply tlsRequired() {
        return failure(530, "5.7.0", "Must issue a STARTTLS command first");
    }

    // Transactions

    /** Said before an upstream was asked, when which one gets the message depends on its recipients. */
    public Reply senderWelcome() {
        return done(250, "2.1.0", "Ok");
    }

    /** The code is the one after which clients send the rest in another transaction (RFC 5321 section 4.5.3.1.10). */
    public Reply recipientElsewhere() {
        return failure(452, "4.5.3", "This recipient has another route, send it in another transaction");
    }

    public Reply tooManyRecipients() {
        return failure(452, "4.5.3", "Too many recipients");
    }

    public Reply tooLarge(long limit) {
        return failure(552, "5.3.4", "Message exceeds the limit of " + limit + " octets");
    }

    public Reply bareNewline() {
        return failure(554, "5.6.11", "Bare CR or LF in the message is not allowed");
    }

    /** @param parameter as it is spelled in a command */
    public Reply notOffered(String parameter) {
        return failure(555, "5.5.4", parameter + " is not offered here");
    }

    /**
     * The upstream that got the transaction does not take a parameter that was offered: always an error for now, since the
     * promise was the gateway's, and the next EHLO tells the truth.
     */
    public Reply notTaken(Parameter parameter, String value) {
        return failure(451, "4.5.4", "The upstream does not take " + parameter.name(value) + " now");
    }

    public Reply senderNotAllowed() {
        return failure(553, "5.7.1", "Sender address is not one that this login may use");
    }

    public Reply recipientNeedsUtf8() {
        return failure(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8 in MAIL");
    }

    /** For a chunk that is not the last: nothing has been accepted by it. */
    public Reply chunkTaken(long octets) {
        return done(250, "2.0.0", octets + " octets received");
    }

    // What became of the upstream

    public Reply noUpstream() {
        return failure(451, "4.4.1", "No upstream could be reached");
    }

    public Reply noAddress() {
        return failure(451, "4.4.3", "No address of an upstream is known");
    }

    public Reply outOfService() {
        return failure(451, "4.3.2", "The upstream is out of service for now");
    }

    public Reply poolExhausted() {
        return failure(451, "4.3.2", "All upstream connections are in use");
    }

    /** The login that the upstream is used with: the gateway's own, or the client's. */
    public Reply loginRefused() {
        return failure(451, "4.7.0", "The upstream refused the login");
    }

    /** The gateway has nothing to log in with at the upstream, at present. */
    public Reply noLogin() {
        return failure(451, "4.7.0", "The gateway cannot log in at the upstream");
    }

    /** The gateway logs in at the upstream as its clients, and cannot as this one. */
    public Reply unfitLogin() {
        return failure(554, "5.7.0", "The upstream cannot be used by this login; log in by a plain name and password");
    }

    public Reply notIntroduced() {
        return failure(451, "4.7.0", "The upstream does not let itself be told who the client is");
    }

    public Reply upstreamLost() {
        return failure(451, "4.4.2", "Lost the connection to the upstream");
    }

    public Reply upstreamTimedOut() {
        return failure(451, "4.4.2", "The upstream did not answer in time");
    }

    public Reply upstreamViolation() {
        return failure(451, "4.5.0", "The upstream broke the protocol");
    }

    /** The content was all sent, and what became of it is unknown. */
    public Reply notConfirmed() {
        return failure(451, "4.4.2", "Delivery not confirmed by the upstream, please retry");
    }

    public Reply noTransaction() {
        return badSequence("The transaction was lost, start again with MAIL");
    }
}
