package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server under test is here nothing but a wire: a {@link TcpChaos} that is told nothing. */
class DialogueFileTest {
    private final StepUpstream upstream = new StepUpstream();
    private final TcpChaos between = new TcpChaos(upstream.port());

    @AfterEach
    void close() {
        between.close();
        upstream.close();
    }

    @Test
    void playsBothSidesLineByLine() {
        play("""
                # two clients, and the second one's connection is the upstream's second
                c connect
                u -> 220 hello
                c <- 220 hello
                c => EHLO one\\r\\nNOOP\\x0d\\n
                u <- EHLO one
                u <~ (NOOP|RSET)
                u => 250-a\\r\\n250 b\\r\\n
                c <~ 250 a.b$
                u open
                c open

                c2 connect
                u2 -> 220 second
                c2 <~ 220
                c2 -> STARTTLS
                u2 <- STARTTLS
                u2 -> 220 go
                c2 <~ 220
                c2 half-close
                u2 end
                u2 close
                c2 end
                u -> 421 bye
                u close
                c <~ 421
                c end
                """);
    }

    @Test
    void helloIsGreetingAndEhlo() {
        try (SmtpClient client = SmtpClient.connect(between.port());
                StepConnection connection = upstream.accept()) {
            client.send("EHLO early");
            connection.hello("PIPELINING", "SIZE 100");
            client.expect(220);
            assertThat(client.expect(250).lines()).containsExactly("upstream.test", "PIPELINING", "SIZE 100");
        }
    }

    @Test
    void aFailureNamesFileLineAndStep() {
        assertThatThrownBy(() -> play("# one\nc connect\nu -> 220 hello\nc <- 221 bye\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("test.cmy:4: c <- 221 bye\nread \"220 hello\"");
        assertThatThrownBy(() -> play("c connect\nu reset\nc <~ 220\n"))
                .hasMessageStartingWith("test.cmy:3: c <~ 220\nno good reply: RESET");
    }

    @Test
    void aLineThatIsNoStepIsNamed() {
        assertThatThrownBy(() -> play("c connect\nx -> hello\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("test.cmy:2: not a step: x -> hello");
        assertThatThrownBy(() -> play("c connect\nu fly\n")).hasMessageContaining("test.cmy:2: u fly");
    }

    private void play(String text) {
        DialogueFile.parse("test.cmy", text).play(between.port(), upstream);
    }
}
