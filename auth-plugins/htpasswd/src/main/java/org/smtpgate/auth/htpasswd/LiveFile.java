package org.smtpgate.auth.htpasswd;

import io.vertx.core.Vertx;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a file that others may change at any time.
 *
 * <p>Its content is compared, by digest: that sees a Kubernetes ConfigMap swap its symbolic links, and a change that
 * leaves time stamp and size alone. New content counts once two looks in a row have seen it, as a file that is being
 * written is cut off anywhere. A file that cannot be used changes nothing; the log says so, once.
 */
final class LiveFile {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFile.class);
    private static final Duration SECOND_LOOK = Duration.ofMillis(200);
    private static final String OLD_USERS_STAY = "the users read before stay";

    private final Vertx vertx;
    private final HtpasswdFile file;
    private final Duration interval;

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private volatile Users users;
    private volatile boolean closed;
    private volatile long timer;

    // Touched by one look at a time.
    private byte[] settled;
    private byte[] seen;
    private String problem = "";

    /** Reads the file at once, and again and again until {@link #close}. Blocks. */
    LiveFile(Vertx vertx, HtpasswdConfig config) throws HtpasswdFileException {
        this.vertx = vertx;
        this.file = new HtpasswdFile(config.file(), config.format());
        this.interval = config.reloadInterval();
        byte[] content = file.content();
        this.users = file.users(content);
        this.settled = digest(content);
        this.seen = settled;
        lookAgainIn(interval);
    }

    Users users() {
        return users;
    }

    /** Has this run after the users have changed. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void lookAgainIn(Duration delay) {
        timer = vertx.setTimer(delay.toMillis(), due -> {
            if (!closed) {
                vertx.executeBlocking(this::look, false).onComplete((next, failure) -> {
                    if (failure != null) {
                        LOG.error("htpasswd file={} while looking for changes", file.path(), failure);
                    }
                    lookAgainIn(failure == null ? next : interval);
                });
            }
        });
    }

    /** @return how long to wait for the next look */
    Duration look() {
        byte[] content;
        try {
            content = file.content();
        } catch (HtpasswdFileException unreadable) {
            complainOnce(unreadable.getMessage());
            return interval;
        }
        if (!problem.isEmpty()) {
            LOG.info("htpasswd file={} can be read again", file.path());
            problem = "";
        }
        byte[] digest = digest(content);
        boolean steady = Arrays.equals(digest, seen);
        seen = digest;
        if (!steady) {
            return interval.compareTo(SECOND_LOOK) < 0 ? interval : SECOND_LOOK;
        }
        if (!Arrays.equals(digest, settled)) {
            settled = digest;
            reload(content);
        }
        return interval;
    }

    private void reload(byte[] content) {
        try {
            users = file.users(content);
            LOG.info("htpasswd file={} reloaded users={}", file.path(), users.count());
            listeners.forEach(Runnable::run);
        } catch (HtpasswdFileException wrong) {
            LOG.error("htpasswd {}; {}", wrong.getMessage(), OLD_USERS_STAY);
        }
    }

    private void complainOnce(String reason) {
        if (!reason.equals(problem)) {
            LOG.error("htpasswd {}; {}", reason, OLD_USERS_STAY);
            problem = reason;
        }
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
