package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/**
 * What one server is to see of the system beside what is there: users and folders that its program has compiled in. It is
 * mounted for its processes alone, and goes with them.
 */
final class PrivateMounts {

    private final ServerFolder folder;
    private final StringBuilder passwd = new StringBuilder();
    private final StringBuilder group = new StringBuilder();
    private final List<String> steps = new ArrayList<>();

    PrivateMounts(ServerFolder folder) {
        this.folder = folder;
        RealServers.require("unshare");
        RealServers.requireRoot("unshare");
        if (Execution.of("unshare", "--mount", "true").exitCode() != 0) {
            RealServers.missing("a namespace of mounts cannot be had here");
        }
    }

    /** A user of the server's own, with a group of the same name. */
    PrivateMounts user(String name, int uid) {
        passwd.append("%1$s:x:%2$d:%2$d::/nonexistent:/usr/sbin/nologin%n".formatted(name, uid));
        group.append("%s:x:%d:%n".formatted(name, uid));
        return this;
    }

    /** In place of a system's folder: an empty one, with others in it. */
    PrivateMounts empty(String path, String... folders) {
        steps.add("mount -t tmpfs tmpfs " + path);
        for (String name : folders) {
            steps.add("mkdir -p -m 711 " + path + "/" + name);
        }
        return this;
    }

    /** In place of a system's folder: what is in another one, and then what is in itself. */
    PrivateMounts over(String path, Path more) {
        steps.add("mount -t overlay overlay -o lowerdir=" + more + ":" + path + " " + path);
        return this;
    }

    /** The command that runs another one with all of this. */
    List<String> command(List<String> server) {
        StringBuilder script = new StringBuilder("set -e\n");
        script.append("mount --bind ").append(prepended("/etc/passwd", passwd)).append(" /etc/passwd\n");
        script.append("mount --bind ").append(prepended("/etc/group", group)).append(" /etc/group\n");
        steps.forEach(step -> script.append(step).append('\n'));
        script.append("exec \"$@\"\n");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh"));
        command.add(folder.write("mounts.sh", script.toString()).toString());
        command.addAll(server);
        return command;
    }

    /** The first line for a name counts. */
    private Path prepended(String file, StringBuilder lines) {
        try {
            return folder.write(Path.of(file).getFileName().toString(), lines + Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
