package org.smtpgate.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file that the configuration names. Blocks. */
final class WholeFile {
    private WholeFile() {}

    /**
     * Its bytes.
     *
     * @throws IllegalArgumentException when it cannot be read, or has more bytes than that; the message names it
     */
    static byte[] read(Path file, int maxBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IllegalArgumentException(file + " is larger than " + maxBytes + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static IllegalArgumentException unreadable(Path file, IOException why) {
        if (why instanceof NoSuchFileException) {
            return new IllegalArgumentException("no such file: " + file, why);
        }
        return why instanceof AccessDeniedException
                ? new IllegalArgumentException("no permission to read " + file, why)
                : new IllegalArgumentException("cannot read " + file + ": " + why.getMessage(), why);
    }
}
