package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.testkit.DialogueFile;
import org.smtpgate.testkit.StepUpstream;

/** Plays the dialogue files; how to write one is told in {@code gateway/docs/dialogues.md}. */
class ProtocolTest {
    private static final Path FOLDER = Path.of("src/test/resources/dialogues");
    private static final Pattern WITH = Pattern.compile("(?m)^# with: (.+)$");

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void the_dialogue_goes_as_it_is_written(Path file) throws IOException {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = gateway(Files.readString(file), upstream.port())) {
            DialogueFile.read(file).play(gateway.port(), upstream);
        }
    }

    static List<Named<Path>> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Named<Path>> dialogues = files.filter(file -> file.toString().endsWith(".dialogue"))
                    .sorted()
                    .map(file -> Named.of(file.getFileName().toString(), file))
                    .toList();
            assertThat(dialogues).isNotEmpty();
            return dialogues;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestGateway gateway(String dialogue, int upstreamPort) {
        TestGateway.Builder settings = TestGateway.inFrontOf(upstreamPort).eventLoops(1);
        Matcher with = WITH.matcher(dialogue);
        if (with.find()) {
            Arrays.stream(with.group(1).split(" ")).forEach(word -> set(settings, word));
        }
        return settings.start();
    }

    private static void set(TestGateway.Builder settings, String word) {
        switch (word) {
            case "auth" -> settings.auth(true, true);
            case "normalize" -> settings.bareNewline(BareNewline.NORMALIZE);
            case "starttls" -> settings.clientTls(TlsMode.STARTTLS);
            default -> throw new IllegalArgumentException("no such setting of a dialogue's gateway: " + word);
        }
    }
}
