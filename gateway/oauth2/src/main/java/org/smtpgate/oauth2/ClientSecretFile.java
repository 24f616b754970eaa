package org.smtpgate.oauth2;

import java.nio.file.Path;

/** Reads a client's secret from a file of its own, as container platforms mount them. */
public final class ClientSecretFile {
    private ClientSecretFile() {}

    /** The text of the file, without white space around it. Blocks. Refuses a file that every user may read. */
    public static String read(Path file) throws KeyFileException {
        String secret = PrivateKeyFile.text(file).strip();
        if (secret.isEmpty()) {
            throw new KeyFileException("the file " + file + " is empty; it must hold a secret");
        }
        return secret;
    }
}
