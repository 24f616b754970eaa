package org.smtpgate.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the section of a plugin, strictly: every getter throws {@link AuthConfigException} that names the key and how to
 * mend it, and {@link #end} refuses what no getter has asked for. For one thread, which may block.
 */
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final int MAX_SECRET_BYTES = 64 * 1024;

    private final AuthContext context;
    private final String prefix;
    private final JsonObject section;
    private final Set<String> known = new TreeSet<>();

    public Settings(AuthContext context, JsonObject section) {
        this(context, "", section);
    }

    private Settings(AuthContext context, String prefix, JsonObject section) {
        this.context = context;
        this.prefix = prefix;
        this.section = section;
    }

    /** Refuses every key that was not asked for until now. To be called last. */
    public void end() {
        for (String key : section.fieldNames()) {
            if (!known.contains(key)) {
                throw wrong(key, "unknown setting; there are: " + String.join(", ", known));
            }
        }
    }

    public boolean has(String key) {
        known.add(key);
        return section.containsKey(key);
    }

    /** A text that must be there and not be blank; {@code example} is shown where it is missing. */
    public String text(String key, String example) {
        return optionalText(key).orElseThrow(() -> wrong(key, "is required, such as " + example));
    }

    public Optional<String> optionalText(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (section.getValue(key) instanceof String text && !text.isBlank()) {
            return Optional.of(text);
        }
        throw wrong(key, "must be a text; numbers, true and false are one in quotes");
    }

    /** The constant of this name, in lower case with hyphens. */
    public <E extends Enum<E>> E choice(String key, E otherwise) {
        Class<E> type = otherwise.getDeclaringClass();
        return optionalText(key)
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> name(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> wrong(key, "must be one of " + names(type))))
                .orElse(otherwise);
    }

    /** As {@link #choice}, where the key must be there; {@code example} is shown where it is missing. */
    public <E extends Enum<E>> E requiredChoice(String key, E example) {
        text(key, name(example));
        return choice(key, example);
    }

    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        // A variable of the environment is a text.
        return switch (String.valueOf(section.getValue(key)).toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw wrong(key, "must be true or false");
        };
    }

    /** A whole number, both bounds included. */
    public int number(String key, int otherwise, int least, int most) {
        if (!has(key)) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(String.valueOf(section.getValue(key)));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(key, "must be a whole number from " + least + " to " + most);
    }

    /** A number with a unit, such as {@code 500ms} or {@code 2m}; both bounds included. */
    public Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        return optionalText(key)
                .map(text -> {
                    Duration duration = duration(key, text);
                    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                        throw wrong(key, "must be from " + spell(least) + " to " + spell(most) + ", not " + text);
                    }
                    return duration;
                })
                .orElse(otherwise);
    }

    /** A list of texts, or one text alone; empty when the key is missing. */
    public List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (!(section.getValue(key) instanceof JsonArray array)) {
            return List.of(text(key, ""));
        }
        List<String> texts = new ArrayList<>();
        for (Object value : array) {
            if (!(value instanceof String text) || text.isBlank()) {
                throw wrong(key, "must be a list of texts");
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    /** Keys of the operator's choice, each with a text, in their order; empty when the key is missing. */
    public Map<String, String> textsByName(String key) {
        return optionalSection(key)
                .map(inner -> {
                    Map<String, String> texts = new LinkedHashMap<>();
                    inner.section.fieldNames().forEach(name -> texts.put(name, inner.text(name, "a text")));
                    return texts;
                })
                .orElse(Map.of());
    }

    /** As {@link #textsByName}, where each is a {@link #secret}: {@code NAME}, or {@code NAME-file}. */
    public Map<String, String> secretsByName(String key) {
        return optionalSection(key)
                .map(inner -> {
                    Map<String, String> secrets = new LinkedHashMap<>();
                    for (String written : inner.section.fieldNames()) {
                        String name = written.replaceFirst("-file$", "");
                        secrets.put(name, inner.secret(name).orElseThrow());
                    }
                    return secrets;
                })
                .orElse(Map.of());
    }

    /** A path, made absolute; whether there is such a file is not looked at. */
    public Path path(String key, String example) {
        return optionalPath(key).orElseThrow(() -> wrong(key, "is required, such as " + example));
    }

    public Optional<Path> optionalPath(String key) {
        return optionalText(key).map(text -> {
            try {
                return context.resolve(text);
            } catch (InvalidPathException e) {
                throw wrong(key, "is not a path");
            }
        });
    }

    /** A URL with a host, of one of these schemes. */
    public URI url(String key, String text, String... schemes) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null
                    && url.getUserInfo() == null
                    && List.of(schemes).contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Said below: the exception quotes the text.
        }
        throw wrong(
                key,
                "must be a URL that begins with " + String.join(":// or ", schemes)
                        + ":// and has a host, and no user name or password");
    }

    /**
     * A secret: {@code KEY} has it, or {@code KEY-file} names a file that does, which must not be open to every user;
     * white space around it does not count.
     */
    public Optional<String> secret(String key) {
        String fileKey = key + "-file";
        Optional<Path> file = optionalPath(fileKey);
        Optional<String> written = optionalText(key);
        if (file.isPresent() && written.isPresent()) {
            throw wrong(fileKey, "stands beside " + key + "; leave out one of them");
        }
        return file.map(path -> secretIn(fileKey, path)).or(() -> written);
    }

    /** A section of its own; empty when the key is missing. Its {@link #end} is the caller's to call. */
    public Optional<Settings> optionalSection(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (section.getValue(key) instanceof JsonObject inner) {
            return Optional.of(new Settings(context, prefix + key + ".", inner));
        }
        throw wrong(key, "must be a section of keys and values");
    }

    /** A list of sections; empty when the key is missing. Their {@link #end}s are the caller's to call. */
    public List<Settings> sections(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (!(section.getValue(key) instanceof JsonArray array)) {
            throw wrong(key, "must be a list of sections");
        }
        List<Settings> sections = new ArrayList<>();
        for (Object value : array) {
            if (!(value instanceof JsonObject inner)) {
                throw wrong(key, "must be a list of sections");
            }
            sections.add(new Settings(context, prefix + key + "[" + sections.size() + "].", inner));
        }
        return sections;
    }

    /** The exception that says that a key's value is wrong, to be thrown. */
    public AuthConfigException wrong(String key, String message) {
        return new AuthConfigException(prefix + key, message);
    }

    AuthContext context() {
        return context;
    }

    private String secretIn(String key, Path file) {
        try {
            if (Files.size(file) > MAX_SECRET_BYTES) {
                throw wrong(key, "the file " + file + " is too large for a secret");
            }
            if (openToAll(file)) {
                throw wrong(key, "the file " + file + " is open to every user; run: chmod o= " + file);
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw wrong(key, "the file " + file + " is empty; it must hold a secret");
            }
            return secret;
        } catch (IOException e) {
            throw wrong(key, "the file " + file + " cannot be read");
        }
    }

    private static boolean openToAll(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).stream()
                    .anyMatch(permission -> permission.name().startsWith("OTHERS_")
                            && !permission.name().endsWith("EXECUTE"));
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private Duration duration(String key, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw wrong(key, "a duration is a number and a unit, such as 500ms, 2s or 1m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    private static String spell(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 60 != 0 || seconds == 0 ? seconds + "s" : seconds / 60 + "m";
    }

    private static String names(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Settings::name).collect(Collectors.joining(", "));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
