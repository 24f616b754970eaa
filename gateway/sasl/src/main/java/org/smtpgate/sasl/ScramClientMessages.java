package org.smtpgate.sasl;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a SCRAM client's two messages (RFC 5802 section 7). */
final class ScramClientMessages {
    // Of an a= with nothing behind it RFC 5801 knows nothing; GNU SASL's own client writes it all the same.
    // One that begins with a mandatory extension, m=, is not understood, and is to fail.
    private static final Pattern FIRST = Pattern.compile(
            "(([ny]|p=([A-Za-z0-9.-]+)),(?:a=([^,]*))?,)(n=([^,]+),r=([!-+\\--~]+)(?:,.*)?)", Pattern.DOTALL);
    private static final Pattern FINAL = Pattern.compile(
            "(c=([A-Za-z0-9+/]+={0,2}),r=([!-+\\--~]+)(?:,.*)?),p=([A-Za-z0-9+/]+={0,2})", Pattern.DOTALL);

    private ScramClientMessages() {}

    /**
     * @param header the GS2 header, which the last message repeats
     * @param flag {@code n} for a client without channel binding, {@code y} for one that believes the server to be without,
     *     {@code p} for one that binds
     * @param bindingType null but for {@code p}
     * @param authorizationId empty for none
     */
    record First(
            String header,
            char flag,
            String bindingType,
            String authorizationId,
            String username,
            String nonce,
            String bare) {}

    /**
     * @param binding the GS2 header once more, and the channel binding data
     * @param withoutProof the message up to its proof, which is proven by it
     */
    record Final(byte[] binding, String nonce, byte[] proof, String withoutProof) {}

    static First first(String message) throws Malformation {
        Matcher matcher = FIRST.matcher(message);
        if (!matcher.matches()) {
            throw new Malformation("the first message is not valid SCRAM");
        }
        return new First(
                matcher.group(1),
                matcher.group(2).charAt(0),
                matcher.group(3),
                matcher.group(4) == null ? "" : SaslName.decode(matcher.group(4)),
                SaslName.decode(matcher.group(6)),
                matcher.group(7),
                matcher.group(5));
    }

    static Final last(String message) throws Malformation {
        Matcher matcher = FINAL.matcher(message);
        try {
            if (matcher.matches()) {
                return new Final(
                        Base64.getDecoder().decode(matcher.group(2)),
                        matcher.group(3),
                        Base64.getDecoder().decode(matcher.group(4)),
                        matcher.group(1));
            }
        } catch (IllegalArgumentException notBase64) {
            // Said below.
        }
        throw new Malformation("the last message is not valid SCRAM");
    }
}
