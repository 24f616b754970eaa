package org.smtpgate.testkit;

/**
 * When something scripted happens: at which occurrence of a stage, counted over all connections since the upstream
 * began, and whether in place of its reply or before the command is read.
 *
 * @param nth 1 for the first; 0 for every one
 * @param contentBytes how many bytes of content are taken first, of meaning for {@link Stage#CONTENT} alone
 */
public record Moment(Stage stage, int nth, boolean beforeCommand, long contentBytes) {
    /** The first time that the stage is reached, in place of its reply. */
    public static Moment at(Stage stage) {
        return new Moment(stage, 1, false, 0);
    }

    /** In the first message, after this many bytes of its content as they stand on the wire. */
    public static Moment contentAfter(long bytes) {
        return new Moment(Stage.CONTENT, 1, false, bytes);
    }

    public Moment nth(int number) {
        return new Moment(stage, number, beforeCommand, contentBytes);
    }

    public Moment always() {
        return nth(0);
    }

    /** As soon as the stage could come next, and before its command is read. */
    public Moment before() {
        return new Moment(stage, nth, true, contentBytes);
    }

    boolean covers(Stage reached, int occurrence, boolean before) {
        return stage == reached && beforeCommand == before && (nth == 0 || nth == occurrence);
    }
}
