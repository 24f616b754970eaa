package org.smtpgate.it.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** One Postfix in the foreground with its own configuration, queue and data folders, apart from the system's own. */
final class PostfixInstance implements AutoCloseable {

    private static final String SETTINGS = """
            compatibility_level = 3.6
            queue_directory = %1$s/queue
            data_directory = %1$s/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            meta_directory = /etc/postfix
            maillog_file = /dev/stdout
            multi_instance_directories =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            mydestination =
            alias_maps =
            local_recipient_maps =
            local_header_rewrite_clients =
            smtpd_peername_lookup = no
            smtpd_client_connection_count_limit = 0
            message_size_limit = 0
            mailbox_size_limit = 0
            virtual_mailbox_limit = 0
            smtp_dns_support_level = disabled
            smtp_host_lookup = native
            biff = no
            in_flow_delay = 0
            """;

    private static final String SERVICES = """
            postlog   unix-dgram n - n - 1 postlogd
            pickup    unix n - n 1 1 pickup
            cleanup   unix n - n - 0 cleanup
            qmgr      unix n - n 1 1 qmgr
            tlsmgr    unix - - n 1000? 1 tlsmgr
            rewrite   unix - - n - - trivial-rewrite
            bounce    unix - - n - 0 bounce
            defer     unix - - n - 0 bounce
            trace     unix - - n - 0 bounce
            verify    unix - - n - 1 verify
            flush     unix n - n 1000? 0 flush
            proxymap  unix - - n - - proxymap
            smtp      unix - - n - - smtp
            lmtp      unix - - n - - lmtp
            showq     unix n - n - - showq
            error     unix - - n - - error
            retry     unix - - n - - error
            virtual   unix - n n - - virtual
            anvil     unix - - n - 1 anvil
            scache    unix - - n - 1 scache
            """;

    private final Path folder;
    private final String postfix;
    private final Process process;

    /** Starts it with more settings and services than every instance has. */
    PostfixInstance(Path folder, String settings, String services) {
        this.folder = folder;
        this.postfix = RealServers.require("postfix");
        RealServers.requireRoot("postfix");
        try {
            ServerFolder.open(folder);
            Files.createDirectory(folder.resolve("queue"));
            Files.createDirectory(folder.resolve("data"));
            Files.createDirectories(configuration());
            Execution.of("chown", "postfix", folder.resolve("data").toString()).succeeded();
            Files.writeString(configuration().resolve("main.cf"), SETTINGS.formatted(folder) + settings);
            Files.writeString(configuration().resolve("master.cf"), SERVICES + services);
            this.process = new ProcessBuilder(postfix, "-c", configuration().toString(), "start-fg")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("postfix is up").atMost(Duration.ofSeconds(30)).until(() -> log().contains("daemon started"));
    }

    Path configuration() {
        return folder.resolve("etc");
    }

    /** What its daemons have logged so far. */
    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Waits until no client is connected and nothing is left in the queue. */
    void awaitQuiet(Duration longest) {
        await("postfix is quiet")
                .pollInterval(Duration.ofMillis(500))
                .atMost(longest)
                .until(() -> sessionsOpen() == 0 && queueIsEmpty());
    }

    private long sessionsOpen() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("log"), StandardCharsets.ISO_8859_1)) {
            return lines.mapToLong(
                            line -> line.contains(": connect from ") ? 1 : line.contains(": disconnect from ") ? -1 : 0)
                    .sum();
        }
    }

    private boolean queueIsEmpty() throws IOException {
        for (String part : new String[] {"maildrop", "incoming", "active", "deferred"}) {
            try (Stream<Path> files = Files.walk(folder.resolve("queue").resolve(part))) {
                if (files.anyMatch(Files::isRegularFile)) {
                    return false;
                }
            } catch (UncheckedIOException e) {
                // A file went while it was looked at.
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Execution.of(postfix, "-c", configuration().toString(), "stop");
        await("postfix has ended").atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
    }
}
