package org.smtpgate.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.smtpgate.testkit.TestCertificates;

/** The server's certificate and key, and the authority that its clients trust, as files for programs to read. */
public record PemFiles(Path authority, Path certificate, Path key) {

    /** Writes them into a folder. */
    public static PemFiles in(Path folder) {
        try {
            TestCertificates.server().writeTo(folder);
            Path authority = Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
            return new PemFiles(authority, folder.resolve("tls.crt"), folder.resolve("tls.key"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
