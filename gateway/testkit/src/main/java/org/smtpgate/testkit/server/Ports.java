package org.smtpgate.testkit.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports for programs that cannot be asked to choose one themselves. */
public final class Ports {

    /** Below those that the system gives to outgoing connections, of which one might else take it before the program does. */
    private static final int LOWEST = 10_000;

    private static final int HIGHEST = 32_000;
    /** Processes that run tests at the same time have a share each, or one would choose what another is about to use. */
    private static final int SHARES = 8;

    private static final int SHARE = (HIGHEST - LOWEST) / SHARES;
    private static final int FIRST = LOWEST + SHARE * Claim.OURS.share;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A port that was free a moment ago, and was not given out lately. */
    public static int free() {
        while (true) {
            if (GIVEN.size() > SHARE / 2) {
                GIVEN.clear();
            }
            int port = FIRST + ThreadLocalRandom.current().nextInt(SHARE);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
    }

    /** Which share is this process', held until it ends by the lock of a file. */
    private record Claim(int share, FileLock lock) {
        static final Claim OURS = claim();

        private static Claim claim() {
            String name = "smtpgate-test-ports-" + System.getProperty("user.name") + "-";
            for (int share = 0; share < SHARES; share++) {
                Path file = Path.of(System.getProperty("java.io.tmpdir"), name + share);
                try {
                    FileChannel channel = FileChannel.open(file, CREATE, WRITE);
                    FileLock lock = channel.tryLock();
                    if (lock != null) {
                        return new Claim(share, lock);
                    }
                    channel.close();
                } catch (OverlappingFileLockException e) {
                    // Held by this class as another loader has it.
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot claim ports for tests by " + file, e);
                }
            }
            // More processes than shares: as ports are chosen at random, they seldom meet.
            return new Claim(ThreadLocalRandom.current().nextInt(SHARES), null);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether somebody listens there. */
    public static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
