package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code plugin: dovecot} before a Dovecot that is killed, through both of its doors. */
@ParameterizedClass
@EnumSource
class DovecotOutageTest extends BackendOutageContract {
    @Parameter
    private DovecotServer.Door door;

    @Override
    protected AuthServer server(Path serverFolder) {
        return new DovecotServer(serverFolder, door);
    }
}
