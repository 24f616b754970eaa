package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prefixes that Dovecot names a password's scheme by, such as {@code {SSHA512}} and {@code {SHA256.HEX}}; letter case
 * does not count. What follows may be encoded: {@code .HEX}, {@code .B64} and {@code .BASE64} say so.
 */
final class DovecotScheme {
    private static final Pattern PREFIX = Pattern.compile(
            "\\{([A-Za-z0-9-]{1,32})(?:\\.(HEX|B64|BASE64))?}(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** How a scheme is read from what its prefix is followed by. */
    private interface Reader {
        StoredHash read(String scheme, byte[] stored) throws UnusableHashException;
    }

    /** Schemes whose hash is bytes, in base64 unless the prefix says otherwise. */
    private static final Map<String, Reader> OF_BYTES = new TreeMap<>();

    /** Schemes whose hash is a text. */
    private static final Map<String, Reader> OF_TEXT = new TreeMap<>();

    static {
        for (String digest : DigestHash.schemes()) {
            OF_BYTES.put(digest, DigestHash::read);
        }
        for (String plain : new String[] {"PLAIN", "CLEAR", "CLEARTEXT"}) {
            OF_TEXT.put(plain, (scheme, stored) -> PlainPassword.read(stored));
        }
        OF_TEXT.put("BLF-CRYPT", ofText(BcryptHash::read));
        OF_TEXT.put("ARGON2ID", ofText(Argon2Hash::read));
        OF_TEXT.put("ARGON2I", ofText(Argon2Hash::read));
        OF_TEXT.put("PBKDF2", ofText(Pbkdf2Hash::read));
        OF_TEXT.put("SHA256-CRYPT", ofText(ShaCryptHash::read));
        OF_TEXT.put("SHA512-CRYPT", ofText(ShaCryptHash::read));
        OF_TEXT.put("MD5-CRYPT", ofText(Md5CryptHash::read));
        OF_TEXT.put("CRYPT", ofText(StoredHashes::crypt));
        OF_TEXT.put("SCRAM-SHA-1", (scheme, stored) -> ScramHash.readDovecots(scheme, text(stored)));
        OF_TEXT.put("SCRAM-SHA-256", (scheme, stored) -> ScramHash.readDovecots(scheme, text(stored)));
    }

    private DovecotScheme() {}

    static StoredHash read(String text) throws UnusableHashException {
        Matcher matcher = PREFIX.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException("not of the form {SCHEME}hash; schemes are " + supported());
        }
        String scheme = matcher.group(1).toUpperCase(Locale.ROOT);
        String encoding = matcher.group(2);
        String stored = matcher.group(3);
        Reader ofBytes = OF_BYTES.get(scheme);
        if (ofBytes != null) {
            return ofBytes.read(scheme, bytes(scheme, encoding == null ? usual(scheme, stored) : encoding, stored));
        }
        Reader ofText = OF_TEXT.get(scheme);
        if (ofText == null) {
            throw new UnusableHashException(
                    "the scheme {" + scheme + "} is not supported; supported are " + supported());
        }
        return ofText.read(
                scheme, encoding == null ? stored.getBytes(StandardCharsets.UTF_8) : bytes(scheme, encoding, stored));
    }

    static boolean knows(String scheme) {
        Matcher matcher = PREFIX.matcher("{" + scheme + "}");
        String name = matcher.matches() ? matcher.group(1).toUpperCase(Locale.ROOT) : "";
        return OF_BYTES.containsKey(name) || OF_TEXT.containsKey(name);
    }

    static String supported() {
        TreeMap<String, Reader> all = new TreeMap<>(OF_BYTES);
        all.putAll(OF_TEXT);
        return "{" + String.join("}, {", all.keySet()) + "}";
    }

    /** Dovecot takes for hexadecimal what has the length of it. */
    private static String usual(String scheme, String stored) {
        return stored.length() == 2 * DigestHash.unsaltedBytes(scheme) ? "HEX" : "B64";
    }

    private static byte[] bytes(String scheme, String encoding, String stored) throws UnusableHashException {
        try {
            return encoding.equalsIgnoreCase("HEX")
                    ? HexFormat.of().parseHex(stored)
                    : Base64.getDecoder().decode(stored);
        } catch (IllegalArgumentException e) {
            // The exception quotes what is stored.
            throw new UnusableHashException("broken " + (encoding.equalsIgnoreCase("HEX") ? "hexadecimal" : "base64")
                    + " behind {" + scheme + "}");
        }
    }

    private interface TextReader {
        StoredHash read(String text) throws UnusableHashException;
    }

    private static Reader ofText(TextReader reader) {
        return (scheme, stored) -> reader.read(text(stored));
    }

    private static String text(byte[] stored) throws UnusableHashException {
        String text = new String(stored, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), stored)) {
            throw new UnusableHashException("a hash that is not valid UTF-8");
        }
        return text;
    }
}
