package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.Failures;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.sender.Loss;

/** Makes connections to an upstream: TCP, TLS and the SMTP handshake, endpoint after endpoint. */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final Context context;
    private final UpstreamSettings settings;
    private final Endpoints endpoints;
    private final Dialer dialer;

    /** @param tokens the sources of access tokens by their names */
    Connector(Vertx vertx, UpstreamSettings settings, Map<String, AccessTokens> tokens, Endpoints endpoints) {
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.endpoints = endpoints;
        this.dialer = new Dialer(vertx, settings, tokens);
    }

    /** What is hashed to choose an endpoint. */
    static String login(Principal principal) {
        Peer peer = principal.peer();
        return peer.login() == null ? peer.address() : peer.login();
    }

    /** What one connection takes: endpoints tried, and time. */
    private final class Search {
        private final UpstreamPool pool;
        private final Principal principal;
        private final List<Member> tried = new ArrayList<>(1);
        private final long until =
                System.nanoTime() + settings.pool().queueTimeout().toNanos();
        private int attempts = Math.min(settings.pool().connectAttempts(), Math.max(1, endpoints.live()));

        Search(UpstreamPool pool, Principal principal) {
            this.pool = pool;
            this.principal = principal;
        }

        /** @param last why the attempt before failed; null for the first */
        Future<UpstreamConnection> next(Throwable last) {
            Member member = endpoints.begin(principal == null ? "" : login(principal), tried);
            if (member == null) {
                return Future.failedFuture(last == null ? endpoints.noneLeft() : last);
            }
            tried.add(member);
            long since = System.nanoTime();
            return dialer.connect(pool, member, principal, Duration.ofNanos((until - since) / attempts))
                    .transform((connection, failure) -> {
                        pool.meters().connected(failure == null, System.nanoTime() - since);
                        return failure == null ? done(member, connection) : failed(member, failure);
                    });
        }

        private Future<UpstreamConnection> done(Member member, UpstreamConnection connection) {
            endpoints.succeeded(member, connection.capabilities());
            return Future.succeededFuture(connection);
        }

        private Future<UpstreamConnection> failed(Member member, Throwable failure) {
            if (pool.closing()) {
                endpoints.abandoned(member);
                return Future.failedFuture(failure);
            }
            LOG.atLevel(ofLogin(failure) && hasOwnLogin() ? Level.INFO : Level.WARN)
                    .log("upstream {}: cannot use {}: {}", settings.name(), member, Failures.reason(failure));
            if (isHopeless(failure)) {
                endpoints.abandoned(member);
                return Future.failedFuture(failure);
            }
            if (ofLogin(failure) || hasOwnLogin() && unjudged(failure)) {
                endpoints.abandoned(member);
                endpoints.avoid(member);
            } else {
                endpoints.failed(member, Failures.reason(failure), refused(failure));
            }
            boolean another = --attempts > 0 && System.nanoTime() - until < 0;
            return another ? next(failure) : Future.failedFuture(failure);
        }

        /** Whether no other endpoint will do better: the client's own login is wrong, or there is none to be had. */
        private boolean isHopeless(Throwable failure) {
            return ofLogin(failure) && (hasOwnLogin() || ((NoLeaseException) failure).reason() == Reason.CREDENTIALS);
        }

        private boolean hasOwnLogin() {
            return settings.identity().needsLogin();
        }
    }

    /**
     * A connection that is ready for a transaction, to the first endpoint that gives one. Each gets its share of the time
     * for which a client waits: one that hangs must leave some for those behind it, and holds a permit for no longer.
     *
     * @param principal whom it is for; null for whoever comes
     */
    Future<UpstreamConnection> connect(UpstreamPool pool, Principal principal) {
        Future<Void> resolved = endpoints.resolved();
        if (resolved.isComplete()) {
            return new Search(pool, principal).next(null);
        }
        Promise<Void> here = Promise.promise();
        resolved.onComplete(done -> context.runOnContext(turn -> here.complete()));
        return here.future().compose(done -> new Search(pool, principal).next(null));
    }

    /** Asks an endpoint what it offers, on a connection that is closed when the future completes. */
    Future<Capabilities> probe(Member member, Deadlines deadlines) {
        return dialer.probe(member, deadlines);
    }

    /** Whether it was only the login that failed, which says nothing of the endpoint. */
    private static boolean ofLogin(Throwable failure) {
        return failure instanceof NoLeaseException why && why.isOfLogin();
    }

    /** Whether it was lost over the login: of a client's own that says nothing of the endpoint, for anybody could provoke it. */
    private static boolean unjudged(Throwable failure) {
        return failure instanceof NoLeaseException why && why.reason() == Reason.UNJUDGED;
    }

    /** Whether the server itself said no. */
    static boolean refused(Throwable failure) {
        Loss loss = failure instanceof NoLeaseException none ? none.loss() : null;
        return loss != null && (loss.kind() == Loss.Kind.REPLY_421 || loss.kind() == Loss.Kind.HANDSHAKE);
    }

    Future<Void> close() {
        return dialer.close();
    }
}
