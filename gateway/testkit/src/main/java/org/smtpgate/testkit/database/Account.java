package org.smtpgate.testkit.database;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who a server runs as: no database server runs as root; whoever else runs the tests runs it as himself. */
record Account(Optional<String> name) {

    static Account of(String name) {
        boolean root = "root".equals(System.getProperty("user.name"));
        return new Account(root ? Optional.of(name) : Optional.empty());
    }

    void owns(Path file) throws IOException {
        if (name.isPresent()) {
            var owner = FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name.get());
            Files.setOwner(file, owner);
        }
    }

    /** The command that becomes this one: it is the process to be killed, and no other stands before it. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        name.ifPresent(
                user -> whole.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--")));
        whole.addAll(command);
        return whole;
    }
}
