package org.smtpgate.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of a dialogue file: who does what. */
record DialogueStep(int line, String actor, Kind kind, String text) {
    private static final Pattern TALK = Pattern.compile("([cu]\\d*)\\s+(->|=>|<-|<~)(?: (.*))?");
    private static final Pattern DEED = Pattern.compile("([cu]\\d*)\\s+([a-z-]+)\\s*");

    enum Kind {
        SEND("->"),
        SEND_RAW("=>"),
        READ("<-"),
        READ_MATCHING("<~"),
        DEED("");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }

        static Kind of(String sign) {
            for (Kind kind : values()) {
                if (kind.sign.equals(sign)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(sign);
        }
    }

    static DialogueStep parse(int line, String source) {
        Matcher talk = TALK.matcher(source);
        if (talk.matches()) {
            String text = talk.group(3) == null ? "" : talk.group(3);
            return new DialogueStep(line, talk.group(1), Kind.of(talk.group(2)), text);
        }
        Matcher deed = DEED.matcher(source);
        if (deed.matches()) {
            return new DialogueStep(line, deed.group(1), Kind.DEED, deed.group(2));
        }
        throw new IllegalArgumentException("not a step: " + source);
    }

    boolean isClients() {
        return actor.startsWith("c");
    }

    @Override
    public String toString() {
        return kind == Kind.DEED ? actor + " " + text : actor + " " + kind.sign + " " + text;
    }
}
