package org.smtpgate.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The YAML of a configuration: one document of UTF-8 with one mapping. Anchors and aliases are refused, so that a value
 * stands on the line where it counts, and nothing can grow as it is read.
 */
final class YamlFile {
    private static final int OCTETS_MAX = 1 << 20;

    private final Path file;
    private final Problems problems;

    private YamlFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** @throws ConfigException when it cannot be read, or is not what a configuration can be */
    static MappingNode read(Path file, Problems problems) {
        return new YamlFile(file, problems).read();
    }

    private MappingNode read() {
        String text = text();
        problems.throwIfAny();
        requirePrintable(text);
        problems.throwIfAny();
        try {
            Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            refuseIndirection(yaml, text);
            problems.throwIfAny();
            if (yaml.compose(new StringReader(text)) instanceof MappingNode mapping) {
                return mapping;
            }
            problems.add(1, "", "the file is empty or has no keys; see smtpgate check --help for an example");
        } catch (MarkedYAMLException e) {
            String context = e.getContext() == null ? "" : e.getContext() + ": ";
            problems.add(lineOf(e.getProblemMark()), "", "not valid YAML: " + context + e.getProblem());
        } catch (YAMLException e) {
            problems.add(1, "", "not valid YAML: " + e.getMessage());
        }
        problems.throwIfAny();
        throw new IllegalStateException("unreachable: a problem was noted");
    }

    private String text() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(OCTETS_MAX + 1);
            if (octets.length > OCTETS_MAX) {
                problems.add(1, "", "the file is larger than 1 MiB, which no configuration is");
                return "";
            }
            return decoded(octets);
        } catch (NoSuchFileException e) {
            problems.add(1, "", "no such file: " + file);
        } catch (AccessDeniedException e) {
            problems.add(1, "", "no permission to read " + file);
        } catch (IOException e) {
            problems.add(1, "", "cannot read " + file + ": " + e.getMessage());
        }
        return "";
    }

    private String decoded(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        CharBuffer out = CharBuffer.allocate(octets.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.add(lineAt(text, text.length()), "", "not valid UTF-8; save the file in that encoding");
        }
        return text;
    }

    private void requirePrintable(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (!StreamReader.isPrintable(c)) {
                String name = String.format("U+%04X", c);
                problems.add(lineAt(text, i), "", "not valid YAML: the character " + name + " cannot be in it");
                return;
            }
        }
    }

    private void refuseIndirection(Yaml yaml, String text) {
        int documents = 0;
        for (Event event : yaml.parse(new StringReader(text))) {
            int line = lineOf(event.getStartMark());
            if (event instanceof NodeEvent node && node.getAnchor() != null) {
                problems.add(
                        line, "", "anchors and aliases (& and *) are not taken; write the value where it is wanted");
            } else if (event instanceof DocumentStartEvent && ++documents == 2) {
                problems.add(line, "", "a second document begins here; a configuration is one document");
            }
        }
    }

    private static int lineAt(String text, int end) {
        return 1 + (int) text.chars().limit(end).filter(c -> c == '\n').count();
    }

    static int lineOf(Node node) {
        return lineOf(node.getStartMark());
    }

    private static int lineOf(Mark mark) {
        return mark == null ? 1 : mark.getLine() + 1;
    }
}
