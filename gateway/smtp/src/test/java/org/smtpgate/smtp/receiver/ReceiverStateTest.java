package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.receiver.ReceiverState.BETWEEN_CHUNKS;
import static org.smtpgate.smtp.receiver.ReceiverState.CONTENT;
import static org.smtpgate.smtp.receiver.ReceiverState.FRESH;
import static org.smtpgate.smtp.receiver.ReceiverState.GREETED;
import static org.smtpgate.smtp.receiver.ReceiverState.MAIL_GIVEN;
import static org.smtpgate.smtp.receiver.ReceiverState.RCPT_GIVEN;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.smtp.Verb;

class ReceiverStateTest {
    private static final Set<Verb> ALWAYS =
            EnumSet.of(Verb.EHLO, Verb.HELO, Verb.NOOP, Verb.RSET, Verb.QUIT, Verb.HELP, Verb.VRFY, Verb.EXPN);

    private static final Map<ReceiverState, Set<Verb>> MORE = Map.of(
            FRESH, EnumSet.noneOf(Verb.class),
            GREETED, EnumSet.of(Verb.STARTTLS, Verb.AUTH, Verb.MAIL),
            MAIL_GIVEN, EnumSet.of(Verb.RCPT),
            RCPT_GIVEN, EnumSet.of(Verb.RCPT, Verb.DATA, Verb.BDAT),
            BETWEEN_CHUNKS, EnumSet.of(Verb.BDAT));

    @ParameterizedTest
    @EnumSource
    void aStateWelcomesJustTheseVerbs(ReceiverState state) {
        for (Verb verb : Verb.values()) {
            boolean welcome = MORE.containsKey(state)
                    && (ALWAYS.contains(verb) || MORE.get(state).contains(verb));
            assertThat(state.welcomes(verb)).as("%s in %s", verb, state).isEqualTo(welcome);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyThoseStatesReadCommandsThatWelcomeSome(ReceiverState state) {
        assertThat(state.reads() == ReceiverState.Reads.COMMANDS).isEqualTo(MORE.containsKey(state));
        assertThat(state.inTransaction() && state.resting()).isFalse();
    }

    @Test
    void contentIsReadInContentAlone() {
        assertThat(ReceiverState.values())
                .filteredOn(state -> state.reads() == ReceiverState.Reads.CONTENT)
                .containsExactly(CONTENT);
    }

    /** The first reply to a command, by what was said before it. */
    @ParameterizedTest
    @CsvSource({
        //                   nothing, EHLO, MAIL, RCPT, BDAT
        "EHLO c,                 250, 250, 250, 250, 250",
        "HELO c,                 250, 250, 250, 250, 250",
        "NOOP,                   250, 250, 250, 250, 250",
        "RSET,                   250, 250, 250, 250, 250",
        "QUIT,                   221, 221, 221, 221, 221",
        "HELP,                   214, 214, 214, 214, 214",
        "VRFY x,                 252, 252, 252, 252, 252",
        "EXPN x,                 502, 502, 502, 502, 502",
        "BDAT 0,                 503, 503, 503, 250, 250",
        "STARTTLS,               503, 220, 503, 503, 503",
        "AUTH PLAIN,             503, 334, 503, 503, 503",
        "MAIL FROM:<a@b>,        503, 250, 503, 503, 503",
        "RCPT TO:<a@b>,          503, 503, 250, 250, 503",
        "DATA,                   503, 503, 503, 354, 503",
        "FOO,                    500, 500, 500, 500, 500",
        "MAIL,                   501, 501, 501, 501, 501"
    })
    void eachCommandHasItsReplyInEachState(String line, int nothing, int ehlo, int mail, int rcpt, int bdat) {
        assertThat(firstReply(line)).isEqualTo(nothing);
        assertThat(firstReply("EHLO c", line)).isEqualTo(ehlo);
        assertThat(firstReply("EHLO c", "MAIL FROM:<a@b>", line)).isEqualTo(mail);
        assertThat(firstReply("EHLO c", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", line))
                .isEqualTo(rcpt);
        assertThat(firstReply("EHLO c", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "BDAT 0", line))
                .isEqualTo(bdat);
    }

    private static int firstReply(String... lines) {
        Settings settings = new Settings();
        settings.startTls = true;
        settings.mechanisms = List.of("PLAIN");
        Client client = new Client(settings).withWillingUpstream();
        for (String line : lines) {
            client.codes();
            client.says(line);
        }
        List<String> seen = client.seen();
        if (seen.contains("(AUTH PLAIN)")) {
            client.session.authAnswered(new AuthAnswer.Challenge(new byte[0]));
            return client.pump().codes().get(0);
        }
        return seen.stream()
                .filter(entry -> !entry.startsWith("("))
                .map(entry -> Integer.valueOf(entry.substring(0, 3)))
                .findFirst()
                .orElseThrow();
    }
}
