package org.smtpgate.it.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.smtpgate.it.fixture.RealServers;

/** Keycloak as it is unpacked and built, once for all servers that are started from it; its realm is {@code mail}. */
final class KeycloakInstallation {
    private static final long BUILD_MINUTES = 5;

    private final Path home;

    private KeycloakInstallation(Path home) {
        this.home = home;
    }

    /**
     * Unpacks it from the local Maven repository, where {@code mvn dependency:get
     * -Dartifact=org.keycloak:keycloak-quarkus-dist:VERSION:zip -Dtransitive=false} puts it.
     */
    static KeycloakInstallation in(Path folder) throws Exception {
        Path zip = Path.of(System.getProperty("smtpgate.keycloak", "keycloak.zip"));
        if (!Files.isRegularFile(zip)) {
            RealServers.missing("there is no " + zip + ": see gateway/docs/testing.md");
        }
        KeycloakInstallation installation = new KeycloakInstallation(unpacked(zip, folder));
        installation.build();
        return installation;
    }

    Path script() {
        return home.resolve("bin/kc.sh");
    }

    private void build() throws Exception {
        Path realm = Files.createDirectories(home.resolve("data/import")).resolve("mail.json");
        try (InputStream json = Objects.requireNonNull(getClass().getResourceAsStream("/keycloak/mail.json"))) {
            Files.copy(json, realm);
        }
        Path output = home.resolve("build.out");
        Process build = new ProcessBuilder(script().toString(), "build", "--db=dev-file")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || build.exitValue() != 0) {
            build.destroyForcibly();
            throw new AssertionError("Keycloak cannot be built: " + Files.readString(output));
        }
    }

    private static Path unpacked(Path zip, Path folder) throws IOException {
        Path home = null;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                home = home == null ? folder.resolve(Path.of(entry.getName()).getName(0)) : home;
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target);
                }
                if (target.toString().endsWith(".sh") && !target.toFile().setExecutable(true)) {
                    throw new IOException(target + " cannot be made executable");
                }
            }
        }
        return Objects.requireNonNull(home);
    }
}
