package org.smtpgate.auth.htpasswd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.smtpgate.passwords.UnusableHashException;

/**
 * A file of lines {@code user:hash}. What follows a second colon is as the format says; empty lines and lines that begin
 * with {@code #} are skipped.
 */
record HtpasswdFile(Path path, Format format) {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    // Notepad and PowerShell begin a file with it; it would become part of the first user's name.
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** The file's bytes as they are now. Blocks. */
    byte[] content() throws HtpasswdFileException {
        // To open a named pipe is to wait for its writer, for ever.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new HtpasswdFileException(path + ": not a regular file");
        }
        try (InputStream file = Files.newInputStream(path)) {
            byte[] content = file.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new HtpasswdFileException(path + ": larger than " + MAX_BYTES + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new HtpasswdFileException(path + ": no such file");
        } catch (AccessDeniedException e) {
            throw new HtpasswdFileException(path + ": no permission to read it");
        } catch (IOException e) {
            throw new HtpasswdFileException(path + ": cannot be read: " + e.getMessage());
        }
    }

    /** The users that this content of the file names. */
    Users users(byte[] content) throws HtpasswdFileException {
        Map<String, Account> accounts = new HashMap<>();
        int number = 0;
        String text = decoded(content);
        String lines = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        for (String line : lines.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                addUser(line.strip(), number, accounts);
            }
        }
        return new Users(accounts);
    }

    private void addUser(String line, int number, Map<String, Account> accounts) throws HtpasswdFileException {
        try {
            Account account = format.account(line);
            if (accounts.put(Format.user(line), account) != null) {
                throw wrong(number, "this user stands in an earlier line already");
            }
        } catch (UnusableLineException | UnusableHashException unusable) {
            throw wrong(number, unusable.getMessage());
        }
    }

    private String decoded(byte[] content) throws HtpasswdFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HtpasswdFileException(path + ": not valid UTF-8");
        }
    }

    private HtpasswdFileException wrong(int line, String reason) {
        return new HtpasswdFileException(path + ":" + line + ": " + reason);
    }
}
