package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mechanisms that carry a bearer token (RFC 6750): one message, and an error in JSON before a refusal. */
enum BearerMechanism implements SaslMechanism {
    /** RFC 7628: a GS2 header, then pairs of keys and values, of which {@code auth} has the token. */
    OAUTHBEARER("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}") {
        @Override
        SaslStep read(String message) throws Malformation {
            Matcher header = GS2_HEADER.matcher(message);
            if (!header.lookingAt()) {
                throw new Malformation("OAUTHBEARER takes a GS2 header without channel binding");
            }
            String name = header.group(1) == null ? "" : SaslName.decode(header.group(1));
            String token = null;
            for (String pair : pairs(message.substring(header.end()))) {
                if (pair.startsWith("auth=")) {
                    if (token != null) {
                        throw new Malformation("OAUTHBEARER takes one token");
                    }
                    token = pair.substring("auth=".length());
                }
            }
            return token == null || token.isEmpty() ? WITHOUT_TOKEN : present(name, token);
        }
    },

    /** Google's, and Microsoft's: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol. */
    XOAUTH2("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"\"}") {
        @Override
        SaslStep read(String message) throws Malformation {
            Matcher matcher = USER_AND_AUTH.matcher(message);
            if (!matcher.matches()) {
                throw new Malformation("XOAUTH2 takes user= and auth=, each with Control-A behind it, and one more");
            }
            return present(ClientText.name(matcher.group(1)), matcher.group(2));
        }
    };

    private static final Pattern GS2_HEADER = Pattern.compile("[ny],(?:a=([^,\1]*))?,\1");
    private static final Pattern PAIR = Pattern.compile("[A-Za-z]+=[\\x20-\\x7e\t\r\n]*");
    private static final Pattern USER_AND_AUTH = Pattern.compile("user=([^\1]*)\1auth=([^\1]+)\1\1");

    /** RFC 6750 section 2.1, "b64token". */
    private static final Pattern AUTH = Pattern.compile("[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)");

    /** RFC 7628 section 4.3: who has no token may ask so what kind it takes. */
    private static final SaslStep WITHOUT_TOKEN = new SaslStep.Refused("no token");

    private static final char SEPARATOR = 1;

    private final String refusal;

    BearerMechanism(String refusal) {
        this.refusal = refusal;
    }

    abstract SaslStep read(String message) throws Malformation;

    @Override
    public CredentialKind presents() {
        return CredentialKind.TOKEN;
    }

    @Override
    public byte[] refusal() {
        return refusal.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public SaslExchange start(Surroundings surroundings) {
        return this::read;
    }

    private SaslStep read(byte[] message) {
        try {
            return read(ClientText.decode(message, 0, message.length));
        } catch (Malformation malformation) {
            return malformation.step();
        }
    }

    /** What follows the header: pairs with a separator behind each, and one more. */
    private static String[] pairs(String text) throws Malformation {
        int end = text.length() - 1;
        boolean closed = end >= 0 && text.charAt(end) == SEPARATOR && (end == 0 || text.charAt(end - 1) == SEPARATOR);
        if (!closed) {
            throw new Malformation("OAUTHBEARER ends with Control-A twice");
        }
        String[] pairs = end == 0 ? new String[0] : text.substring(0, end - 1).split("\1", -1);
        for (String pair : pairs) {
            if (!PAIR.matcher(pair).matches()) {
                throw new Malformation("OAUTHBEARER takes pairs of a key and a value");
            }
        }
        return pairs;
    }

    private static SaslStep present(String name, String auth) throws Malformation {
        Matcher matcher = AUTH.matcher(auth);
        if (!matcher.matches()) {
            throw new Malformation("auth= takes Bearer and a token");
        }
        return new SaslStep.Present(new Credentials.Token("", name, matcher.group(1)));
    }
}
