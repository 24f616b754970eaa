package org.smtpgate.proxy.net;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Where the gateway's event loops come from. */
public final class EventLoops {
    /** {@code nio} for Java's own selectors where Linux' epoll could be had. */
    private static final String TRANSPORT = "smtpgate.transport";

    private EventLoops() {}

    /** A Vert.x on Linux' epoll where that can be had, else on Java's own selectors. */
    public static Vertx vertx() {
        return vertx(new VertxOptions());
    }

    /** The same, with as many threads as the options say. */
    public static Vertx vertx(VertxOptions options) {
        // For files of the class path, of which we have none, Vert.x makes a folder, and does not start where it
        // cannot.
        options.setFileSystemOptions(
                new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false));
        NativeTransport epoll = new NativeTransport();
        boolean wanted = !"nio".equals(System.getProperty(TRANSPORT));
        return wanted && epoll.available()
                ? Vertx.builder().with(options).withTransport(epoll).build()
                : Vertx.vertx(options);
    }
}
