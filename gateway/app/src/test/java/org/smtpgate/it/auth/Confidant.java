package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;

/** All that a gateway's process tells of itself, to be looked through for what it must not tell. */
final class Confidant {
    private final Map<String, String> told = new LinkedHashMap<>();

    private Confidant(GatewayProcess gateway) throws IOException {
        told.put("log", gateway.output());
        told.put("metrics", gateway.metrics());
        told.put(
                "command line",
                Files.readString(Path.of("/proc/" + gateway.pid() + "/cmdline"), StandardCharsets.ISO_8859_1));
        told.put(
                "environment",
                Files.readString(Path.of("/proc/" + gateway.pid() + "/environ"), StandardCharsets.ISO_8859_1));
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        told.put(
                "thread dump",
                Execution.of(jcmd, Long.toString(gateway.pid()), "Thread.print")
                        .succeeded()
                        .output());
    }

    /** A gateway that still runs. */
    static Confidant of(GatewayProcess gateway) throws IOException {
        return new Confidant(gateway);
    }

    /** Fails when any of these passwords of a user's is told, in clear or as a mechanism spells it. */
    void keeps(String user, String... passwords) {
        for (String password : passwords) {
            for (String spelling : spellings(user, password)) {
                told.forEach((where, text) -> assertThat(text.lines().filter(line -> line.contains(spelling)))
                        .as("the password in the %s", where)
                        .isEmpty());
            }
        }
    }

    private static List<String> spellings(String user, String password) {
        List<String> spellings = new ArrayList<>(List.of(password, base64(password)));
        spellings.add(base64("\0" + user + "\0" + password));
        spellings.add(password.replace(" ", "%20"));
        return spellings;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
