package org.smtpgate.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A message whose end of data an upstream has seen.
 *
 * @param id what the header X-Test-Id says, or nothing between the quotes
 * @param connection the number of the connection it came over, from 1
 * @param mail the MAIL command as it was read, parameters and all
 * @param rcpts the accepted RCPT commands as they were read
 * @param size bytes of content on the wire, by DATA with stuffed dots, and without the final dot and its CRLF
 * @param sha256 of those bytes, in hexadecimal digits
 * @param content those bytes, empty if the upstream was told to keep none
 * @param bareNewline whether a CR without LF, or an LF without CR, was among them
 * @param chunks in how many chunks it came; 0 if by DATA
 * @param client whose the upstream takes it for
 * @param reply what the upstream said, or nothing between the quotes if it did not answer
 */
public record Message(
        String id,
        int connection,
        String mail,
        List<String> rcpts,
        long size,
        String sha256,
        byte[] content,
        boolean bareNewline,
        int chunks,
        ClientSeen client,
        String reply) {

    /** Whether the upstream took it: 250 and nothing else says so. */
    public boolean accepted() {
        return reply.startsWith("250");
    }

    /** The sender's address, as it stands between the angle brackets. */
    public String sender() {
        return path(mail);
    }

    /** The recipients' addresses, as they stand between the angle brackets. */
    public List<String> recipients() {
        return rcpts.stream().map(Message::path).toList();
    }

    /** The kept content as text, dots unstuffed. */
    public String text() {
        String wire = new String(content, StandardCharsets.UTF_8);
        return chunks > 0 ? wire : wire.replaceAll("(?m)^\\.", "");
    }

    private static String path(String command) {
        int close = command.lastIndexOf('>');
        return command.substring(command.indexOf('<') + 1, close < 0 ? command.length() : close);
    }
}
