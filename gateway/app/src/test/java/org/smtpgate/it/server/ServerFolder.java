package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.smtpgate.it.fixture.Execution;

/** The folder of one server, whose daemons may drop their rights: tests' own folders are closed to others. */
record ServerFolder(Path path) {

    /** Who a server is when it delivers. */
    static final int NOBODY = 65534;

    /** Opens a folder, which is the server's alone, to its daemons. */
    static ServerFolder open(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path parent = path.getParent();
            if (!parent.equals(Path.of(System.getProperty("java.io.tmpdir")))) {
                Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return new ServerFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder in it that belongs to a user. */
    Path folder(String name, int uid) {
        try {
            Path made = Files.createDirectories(path.resolve(name));
            Execution.of("chown", uid + ":" + uid, made.toString()).succeeded();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file in it. */
    Path write(String name, String text) {
        try {
            Path file = path.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a file into it that one user alone may read. */
    Path copyFor(int uid, Path file) {
        try {
            Path copy = Files.copy(file, path.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            Execution.of("chown", uid + ":" + uid, copy.toString()).succeeded();
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
