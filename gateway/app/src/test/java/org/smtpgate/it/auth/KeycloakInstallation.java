package org.smtpgate.it.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.smtpgate.it.fixture.RealServers;

/**
 * Keycloak as it is unpacked and built, once for all servers that are started from it; its realm is {@code mail}. Kept in
 * the module's {@code target}, as it takes half a minute to make.
 */
final class KeycloakInstallation {
    private static final Path FOLDER = Path.of("target", "keycloak").toAbsolutePath();
    private static final long BUILD_MINUTES = 5;

    private final Path home;

    private KeycloakInstallation(Path home) {
        this.home = home;
    }

    /**
     * Made from the local Maven repository, where {@code mvn dependency:get
     * -Dartifact=org.keycloak:keycloak-quarkus-dist:VERSION:zip -Dtransitive=false} puts it.
     */
    static synchronized KeycloakInstallation find() throws Exception {
        Path zip = Path.of(System.getProperty("smtpgate.keycloak", "keycloak.zip"));
        if (!Files.isRegularFile(zip)) {
            RealServers.missing("there is no " + zip + ": see gateway/docs/testing.md");
        }
        Path home = FOLDER.resolve(
                zip.getFileName().toString().replace("quarkus-dist-", "").replace(".zip", ""));
        KeycloakInstallation installation = new KeycloakInstallation(home);
        Path made = home.resolve("made-for-tests");
        if (!Files.exists(made)) {
            installation.unpack(zip);
            installation.build();
            Files.createFile(made);
        }
        installation.copyRealm();
        return installation;
    }

    Path script() {
        return home.resolve("bin/kc.sh");
    }

    private void copyRealm() throws IOException {
        Path realm = Files.createDirectories(home.resolve("data/import")).resolve("mail.json");
        try (InputStream json = Objects.requireNonNull(getClass().getResourceAsStream("/keycloak/mail.json"))) {
            Files.copy(json, realm, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void build() throws Exception {
        Path output = home.resolve("build.out");
        Process build = new ProcessBuilder(script().toString(), "build", "--db=dev-file")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || build.exitValue() != 0) {
            build.descendants().forEach(ProcessHandle::destroyForcibly);
            build.destroyForcibly();
            throw new AssertionError("Keycloak cannot be built: " + Files.readString(output));
        }
    }

    private void unpack(Path zip) throws IOException {
        delete(home);
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = FOLDER.resolve(entry.getName()).normalize();
                if (!target.startsWith(home)) {
                    throw new IOException(zip + " has something outside of " + home.getFileName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target);
                }
            }
        }
        if (!script().toFile().setExecutable(true)) {
            throw new IOException(script() + " cannot be made executable");
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
