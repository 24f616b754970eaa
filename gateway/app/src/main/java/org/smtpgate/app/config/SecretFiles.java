package org.smtpgate.app.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that hold a secret, as container platforms mount them. One that every user may read or write is refused; what
 * is wrong is said without what stands in it. Blocks.
 */
final class SecretFiles {
    private static final int MAX_BYTES = 64 * 1024;

    private SecretFiles() {}

    /**
     * Its bytes.
     *
     * @throws IllegalArgumentException when it cannot be used; the message names it
     */
    static byte[] read(Path file) {
        refuseOpenToAll(file);
        return WholeFile.read(file, MAX_BYTES);
    }

    /** The password in a file, without white space around it; empty when it cannot be used, which is noted at the key. */
    static String secret(Section section, String key, Path file) {
        try {
            String secret = new String(read(file), StandardCharsets.UTF_8).strip();
            if (secret.isEmpty()) {
                section.problem(key, "the file " + file + " is empty; it must hold a secret");
            }
            return secret;
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
            return "";
        }
    }

    private static void refuseOpenToAll(Path file) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            if (permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IllegalArgumentException("the file " + file + " is open to every user ("
                        + PosixFilePermissions.toString(permissions) + "); run: chmod o= " + file);
            }
        } catch (IOException e) {
            throw WholeFile.unreadable(file, e);
        }
    }
}
