package org.smtpgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Function;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.ServerLimit;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Introduction;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.smtp.sender.Loss;

/**
 * One connection to a mail server, from its handshake to its end: whose it is at the time, and how often it was lent.
 *
 * <p>Confined to its event loop. Its state is the pool's to change; whoever has it on loan sends commands and content.
 */
public final class UpstreamConnection implements UpstreamDialogue.Listener {

    private final UpstreamPool pool;
    private final UpstreamSettings settings;
    private final Member member;
    private final Function<Principal, LoginCredentials> logins;
    private final UpstreamDialogue dialogue;
    private final Promise<UpstreamConnection> ready = Promise.promise();
    private final long bornAt = System.nanoTime();

    private ConnectionState state = ConnectionState.CONNECTING;
    private Lessee lessee;
    private int transactions;
    private boolean provedLogin;

    UpstreamConnection(UpstreamPool pool, Member member, SmtpSocket socket, ConnectionPlan plan) {
        this.pool = pool;
        this.settings = pool.settings();
        this.member = member;
        this.logins = plan.logins();
        this.dialogue = new UpstreamDialogue(this, pool, member.destination(), socket, plan);
        dialogue.begin(plan);
    }

    // For whoever has it on loan

    /** Takes the connection over. */
    public void lentTo(Lessee taker) {
        lessee = taker;
    }

    /** It has shown a client's login to be right, and may lie in the pool for some time before it is used. */
    public void provesLogin() {
        provedLogin = true;
    }

    /**
     * Another transaction begins on it, of this principal.
     *
     * @return whether what the upstream offers to that principal is known; else, from {@link #flush()} on, it is asked, and
     *     {@link Lessee#introduced()} follows
     */
    public boolean transactionBegins(Principal principal) {
        transactions++;
        UpstreamSettings.Introduction by = settings.introduction();
        if (by.byCommands()) {
            LoginCredentials again = by.xclient() == Xclient.OFF ? null : logins.apply(principal);
            Introduction introduction =
                    new Introduction(principal.peer(), principal.session(), by.xclient(), by.xforward(), by.mailAuth());
            return !dialogue.introduce(introduction, again);
        }
        return true;
    }

    /** Sends a command; several of one turn are written as one, at {@link #flush()}. */
    public void send(Command command) {
        dialogue.send(command);
    }

    /** Whether a chunk of content may be sent at once. */
    public boolean takesChunk() {
        return dialogue.session().takesChunk();
    }

    /** Announces a chunk, whose octets are the content that is passed on next; only when it {@link #takesChunk()}. */
    public void beginChunk(Command.Bdat chunk) {
        dialogue.beginChunk(chunk);
    }

    /** Passes content on; the buffer is the connection's from now on. */
    public void content(ByteBuf bytes) {
        dialogue.content(bytes);
    }

    /** The content passed on since {@link #beginChunk} was all of the chunk, and others follow. */
    public void chunkEnded() {
        dialogue.chunkEnded();
    }

    /** The content passed on so far was all of the message, its end included. */
    public void contentEnded() {
        dialogue.contentEnded();
    }

    /** Whether the last octet of the message has left, so that the upstream may have all of it; also when it is lost. */
    public boolean contentLeft() {
        return dialogue.contentLeft();
    }

    /** Writes what was sent. */
    public void flush() {
        dialogue.flush();
    }

    /** Whether the upstream keeps up with the content. */
    public boolean hasRoom() {
        return dialogue.hasRoom();
    }

    public Capabilities capabilities() {
        return dialogue.session().capabilities();
    }

    /** Where it leads to. */
    public Destination endpoint() {
        return member.destination();
    }

    /** Whether no transaction has begun on it. */
    boolean fresh() {
        return transactions == 0;
    }

    /** Whether it was of use before this transaction. */
    public boolean reused() {
        return transactions > 1 || provedLogin;
    }

    /** Whether no transaction is open on it, and no answer is owed: another one may begin. */
    public boolean reusable() {
        return dialogue.session().reusable();
    }

    /** Whether RSET could make it reusable: a transaction is open, but no content, and no answer is owed. */
    public boolean resettable() {
        return !lost() && dialogue.session().awaiting() == null;
    }

    // For the pool

    UpstreamPool pool() {
        return pool;
    }

    Member member() {
        return member;
    }

    /** When its handshake is over; fails with {@link NoLeaseException}. */
    Future<UpstreamConnection> whenReady() {
        return ready.future();
    }

    ConnectionState state() {
        return state;
    }

    void state(ConnectionState next) {
        state = next;
        if (next == ConnectionState.LEASED) {
            dialogue.expireNever();
        }
    }

    boolean lost() {
        return dialogue.lost();
    }

    /** Whether it has served as long, or as often, as it may. */
    boolean worn() {
        return System.nanoTime() - bornAt >= settings.pool().maxLifetime().toNanos()
                || transactions >= settings.pool().maxTransactions()
                || spent();
    }

    /** Whether the upstream takes no more transactions on it (RFC 9422). */
    public boolean spent() {
        return transactions >= capabilities().most(ServerLimit.MAILMAX);
    }

    /** Reads what has arrived though nothing was asked, such as a 421: it may be lost then. */
    void look() {
        dialogue.look();
    }

    boolean olderThan(Duration age) {
        return System.nanoTime() - bornAt > age.toNanos();
    }

    /** Lies in the pool, until it has lived for as long as it may. */
    void idleFor(Duration most) {
        lessee = null;
        Duration left = settings.pool().maxLifetime().minusNanos(System.nanoTime() - bornAt);
        dialogue.rest(left.compareTo(most) < 0 ? left : most);
    }

    void reset() {
        lessee = null;
        send(new Command.Plain(Verb.RSET));
        flush();
    }

    void quit() {
        lessee = null;
        send(new Command.Plain(Verb.QUIT));
        flush();
    }

    /** Ends it without a word, since the upstream must see no end of the data, or would not listen. */
    void drop(String why) {
        lessee = null;
        dialogue.drop(why);
    }

    /** Ends it, whatever it is in the middle of, and says so to whoever has it on loan. */
    void breakOff(String why) {
        dialogue.end(Loss.Kind.RETIRED, why);
    }

    // The dialogue

    @Override
    public void ready() {
        ready.tryComplete(this);
    }

    @Override
    public void replied() {
        if (lessee != null) {
            lessee.replied();
        }
    }

    @Override
    public void answered(Stage stage, Reply reply) {
        if (stage == Stage.RSET && state == ConnectionState.RESETTING) {
            pool.resetDone(this);
        } else if (lessee != null) {
            lessee.answered(stage, reply);
        }
    }

    @Override
    public void xclientOver() {
        if (lessee != null) {
            lessee.introduced();
        }
    }

    @Override
    public void drained() {
        if (lessee != null) {
            lessee.drained();
        }
    }

    @Override
    public void expired() {
        if (state == ConnectionState.IDLE) {
            pool.retire(this);
        } else {
            dialogue.end(Loss.Kind.TIMEOUT, "no answer in time");
        }
    }

    @Override
    public void lost(Loss loss, Reason reason) {
        ready.tryFail(new NoLeaseException(reason, member + ": " + loss, loss));
        pool.lost(this, loss);
        if (lessee != null) {
            Lessee last = lessee;
            lessee = null;
            last.lost(loss);
        }
    }

    @Override
    public void closed() {
        pool.closed(this);
    }
}
