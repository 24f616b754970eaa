package org.smtpgate.testkit.server;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test needs installed: where it is missing the test is skipped by name, or fails where all of it must be there. */
public final class RealServers {

    private static final boolean REQUIRED = "required".equals(System.getProperty("smtpgate.it"));

    private RealServers() {}

    /** The path of a program, which may stand in the administrator's folders too. */
    public static String require(String program) {
        return find(program).orElseGet(() -> missing(program + " is not installed"));
    }

    /** Whether a program is there, for what can be done without it. */
    public static boolean has(String program) {
        return find(program).isPresent();
    }

    /** A server that changes its user can only be started by root. */
    public static void requireRoot(String program) {
        if (!"root".equals(System.getProperty("user.name"))) {
            missing(program + " can only be started by root");
        }
    }

    /** Ends the test: as skipped, or as failed with {@code -Dsmtpgate.it=required}. */
    public static <T> T missing(String what) {
        return REQUIRED ? Assertions.fail(what) : Assumptions.abort(what);
    }

    private static Optional<String> find(String program) {
        Stream<String> path = Arrays.stream(System.getenv("PATH").split(File.pathSeparator));
        return Stream.concat(path, Stream.of("/usr/sbin", "/usr/bin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
