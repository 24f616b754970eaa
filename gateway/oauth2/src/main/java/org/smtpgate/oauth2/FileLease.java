package org.smtpgate.oauth2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The right to redeem a login's refresh token, held by one process at a time. Ends with the process at the latest. */
final class FileLease implements AutoCloseable {
    static final FileLease NONE = new FileLease(null, null);

    /**
     * The files that this process holds. POSIX takes a process's lock from it when it closes any descriptor of the file, so
     * that a file that is held must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private FileLease(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Empty while somebody else holds it. Where the folder can only be read, all have it, as nothing is replaced there;
     * where the file system knows no locks, one in each process, as nothing better can be done. Blocks.
     */
    static Optional<FileLease> take(Path file) {
        Path real;
        try {
            real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            return Optional.of(NONE);
        }
        if (!HELD.add(real)) {
            return Optional.empty();
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    real, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), SecretFile.forOwnerAlone(real));
        } catch (IOException e) {
            HELD.remove(real);
            return Optional.of(NONE);
        }
        FileLease lease = new FileLease(real, channel);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(lease);
            }
        } catch (OverlappingFileLockException heldUnderAnotherName) {
            // A second link to the file, say. It is held.
        } catch (IOException noLocks) {
            return Optional.of(lease);
        }
        lease.close();
        return Optional.empty();
    }

    /** Closing a channel ends its lock. */
    @Override
    public void close() {
        if (channel == null || !channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone all the same, and the lock with it.
        } finally {
            HELD.remove(file);
        }
    }
}
