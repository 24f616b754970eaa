package org.smtpgate.smtp.sender;

import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Stage;

/** What of a transaction is open on a connection: the transaction itself, and content that may be written. */
final class OpenMail {
    private boolean transaction;
    /** What will be answered of the content, or the chunk, that may be written now; null when none may. */
    private Stage content;

    /** MAIL was written. */
    void begin() {
        transaction = true;
    }

    void beginChunk(Command.Bdat chunk) {
        content = chunk.last() ? Stage.END_OF_DATA : Stage.BDAT;
    }

    /** All of the content was written, or all of the chunk: says what is awaited of it. */
    Stage contentEnded() {
        Stage end = content;
        content = null;
        return end;
    }

    /** @param another whether a MAIL has been written behind: it begins one that a RSET before it does not end */
    void done(Stage stage, boolean another) {
        content = stage == Stage.DATA ? Stage.END_OF_DATA : content;
        transaction &= stage != Stage.END_OF_DATA && stage != Stage.RSET || another;
    }

    void refused(Stage stage) {
        transaction &= stage != Stage.MAIL && stage != Stage.END_OF_DATA;
    }

    boolean hasContent() {
        return content != null;
    }

    /** Whether nothing is open. */
    boolean isNone() {
        return !transaction && content == null;
    }
}
