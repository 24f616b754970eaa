package org.smtpgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** One direction of a {@link TcpChaos}: what is done to the bytes that go this way. */
final class ChaosValve {
    /** Long enough for a reader on loopback to wake up, short enough for a few kilobytes a second of testing. */
    private static final long NANOS_BETWEEN_BYTES = 20_000;

    private boolean paused;
    private boolean oneByOne;
    private long cutAfter = Long.MAX_VALUE;
    private TcpChaos.Cut how;
    private long passed;

    synchronized void pause(boolean stop) {
        paused = stop;
        notifyAll();
    }

    synchronized void oneByOne() {
        oneByOne = true;
    }

    synchronized void cutAfter(long bytes, TcpChaos.Cut cut) {
        cutAfter = bytes;
        how = cut;
    }

    synchronized long passed() {
        return passed;
    }

    /** Carries bytes until this direction ends, and ends the other socket's half in the same way. */
    void pump(Socket from, Socket to) {
        try {
            if (!carry(from, to)) {
                cut(from, how());
                cut(to, how());
            }
            discard(from);
        } catch (IOException e) {
            cut(to, TcpChaos.Cut.RST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it came to the sender's end before the cut. */
    private boolean carry(Socket from, Socket to) throws IOException, InterruptedException {
        byte[] bytes = new byte[16 * 1024];
        long carried = 0;
        while (carried < limit()) {
            awaitOpen();
            int count = from.getInputStream().read(bytes, 0, (int) Math.min(bytes.length, limit() - carried));
            if (count < 0) {
                cut(to, TcpChaos.Cut.FIN);
                return true;
            }
            awaitOpen();
            deliver(bytes, count, to);
            carried += count;
        }
        return false;
    }

    /** What comes behind a FIN must be read, or closing the socket would make an RST of it. */
    private static void discard(Socket from) throws IOException {
        if (!from.isClosed()) {
            from.getInputStream().skip(Long.MAX_VALUE);
        }
    }

    private void deliver(byte[] bytes, int count, Socket to) throws IOException {
        if (to.isOutputShutdown()) {
            return;
        }
        if (!isOneByOne()) {
            to.getOutputStream().write(bytes, 0, count);
            count(count);
            return;
        }
        for (int i = 0; i < count; i++) {
            to.getOutputStream().write(bytes, i, 1);
            count(1);
            LockSupport.parkNanos(NANOS_BETWEEN_BYTES);
        }
    }

    private synchronized void count(int bytes) {
        passed += bytes;
    }

    private synchronized boolean isOneByOne() {
        return oneByOne;
    }

    private synchronized long limit() {
        return cutAfter;
    }

    private synchronized TcpChaos.Cut how() {
        return how;
    }

    private synchronized void awaitOpen() throws InterruptedException {
        while (paused) {
            wait();
        }
    }

    static void cut(Socket socket, TcpChaos.Cut how) {
        try {
            if (how == TcpChaos.Cut.RST) {
                socket.setSoLinger(true, 0);
                socket.close();
            } else if (!socket.isClosed() && !socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
