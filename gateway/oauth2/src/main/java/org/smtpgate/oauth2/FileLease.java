package org.smtpgate.oauth2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/** The right to redeem a login's refresh token, held by one process at a time. Ends with the process at the latest. */
final class FileLease implements AutoCloseable {
    static final FileLease NONE = new FileLease(null);

    private final FileChannel channel;

    private FileLease(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Empty while somebody else holds it. Where the folder can be read alone, or the file system knows no locks, all
     * have it: there nothing is replaced, or nothing better can be done. Blocks.
     */
    static Optional<FileLease> take(Path file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), SecretFile.forOwnerAlone(file));
        } catch (IOException e) {
            return Optional.of(NONE);
        }
        FileLease lease = new FileLease(channel);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(lease);
            }
        } catch (OverlappingFileLockException heldInThisProcess) {
            // Held, as by another process; see below.
        } catch (IOException noLocks) {
            return Optional.of(lease);
        }
        lease.close();
        return Optional.empty();
    }

    /** Closing a channel ends its lock. */
    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The descriptor is gone all the same, and the lock with it.
            return;
        }
    }
}
