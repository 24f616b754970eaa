package org.smtpgate.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dialogue between clients ({@code c}, {@code c2} …) and upstreams ({@code u}, {@code u2} …), with the server under
 * test between them, played line by line:
 *
 * <pre>{@code
 * # a comment
 * c -> EHLO client.test        the client sends a line
 * c => NOOP\r\nNOOP\r\n        … or bytes, with the escapes \r \n \t \\ \xHH
 * c <~ 250                     it reads a whole reply, whose beginning matches a regular expression
 * c <- 250 2.0.0 ok            … or which is just this (a newline joins the lines of a longer one)
 * u <- MAIL FROM:<a@a.test>    the upstream reads a line (u <~ : one that matches); its first step accepts
 * u -> 250 ok                  it sends one
 * c connect | connect-tls | tls | half-close | close | reset | end | open
 * u accept | hello | tls | close | reset | end | open
 * }</pre>
 *
 * {@code end} demands a clean end of the other side and {@code open} that for a moment nothing comes; {@code hello} is
 * greeting and EHLO with PIPELINING; {@code u close} is FIN, after close_notify in TLS.
 */
public final class DialogueFile {
    private final String name;
    private final List<DialogueStep> steps;

    private DialogueFile(String name, List<DialogueStep> steps) {
        this.name = name;
        this.steps = steps;
    }

    public static DialogueFile read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a file that lies beside a class. */
    public static DialogueFile read(Class<?> beside, String file) {
        try (InputStream in = beside.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("no " + file + " beside " + beside.getName());
            }
            return parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static DialogueFile parse(String name, String text) {
        List<DialogueStep> steps = new ArrayList<>();
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank() && !lines[i].startsWith("#")) {
                try {
                    steps.add(DialogueStep.parse(i + 1, lines[i]));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(name + ":" + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return new DialogueFile(name, steps);
    }

    /** Plays all steps; the failing one's place stands at the head of the assertion's message. */
    public void play(int port, StepUpstream upstream) {
        try (DialogueCast cast = new DialogueCast(port, upstream)) {
            for (DialogueStep step : steps) {
                try {
                    cast.play(step);
                } catch (AssertionError | IllegalArgumentException e) {
                    throw new AssertionError(name + ":" + step.line() + ": " + step + "\n" + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
