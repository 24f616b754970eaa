package org.smtpgate.oauth2;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Tokens for stored refresh tokens (RFC 6749 section 6). A new refresh token is on the disk before the access token
 * that came with it is handed out. Gateways that share a folder redeem a login's token one after the other, since an
 * endpoint that sees a used-up one again may end the grant (RFC 9700 section 4.14.2).
 */
public final class RefreshTokenSource extends TokenSource {
    private static final Duration DISK = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final RefreshTokens stored;
    private final Subject subject;
    private final String scope;
    private final TokenEvents events;
    private final Map<String, String> parameters;

    /** By account: what could not be stored. There are no more than there are stored tokens. */
    private final Map<String, Held> unsaved = new ConcurrentHashMap<>();

    /** What the endpoint is asked now; of each account one at most. */
    private final Set<Future<TokenResponse>> underWay = ConcurrentHashMap.newKeySet();

    /** @param scope empty for that of the grant */
    public RefreshTokenSource(
            TokenEndpoint endpoint,
            RefreshTokens stored,
            Subject subject,
            String scope,
            Map<String, String> parameters,
            TokenEvents events) {
        super(endpoint);
        this.stored = stored;
        this.subject = subject;
        this.scope = scope;
        this.parameters = Map.copyOf(parameters);
        this.events = events;
    }

    /** The token to use, and the one on the disk, which is an older one while the disk cannot be written. */
    private record Held(String onDisk, String token) {
        @Override
        public String toString() {
            return "Held[***]";
        }
    }

    @Override
    String account(String login) {
        return subject.of(login);
    }

    @Override
    Future<TokenResponse> fetch(String account) {
        Future<TokenResponse> fetching = lease(account, System.nanoTime())
                .compose(lease -> onWorker(() -> current(account))
                        .compose(held ->
                                redeem(account, held).recover(refusal -> retryIfReplaced(account, held, refusal)))
                        .eventually(() -> ended(lease)));
        underWay.add(fetching);
        return fetching.onComplete(ended -> underWay.remove(fetching));
    }

    /** Waits for the new refresh tokens that are on their way: the endpoint takes no others any more. */
    @Override
    Future<Void> close() {
        return Future.join(List.copyOf(underWay))
                .timeout(super.patience().toMillis(), TimeUnit.MILLISECONDS)
                .transform(ended -> super.close());
    }

    private Future<Void> ended(FileLease lease) {
        return this.<Void>onWorker(() -> {
                    lease.close();
                    return null;
                })
                .onFailure(closing -> lease.close());
    }

    private Future<FileLease> lease(String account, long since) {
        return onWorker(() -> stored.lock(account)).compose(lease -> {
            if (lease.isPresent()) {
                return Future.succeededFuture(lease.get());
            }
            if (System.nanoTime() - since > endpoint().timeout().toNanos()) {
                return Future.failedFuture(new TokenException(
                        TokenFailure.OVERLOADED,
                        "another process has been redeeming the refresh token of " + TokenAnswer.printable(account)
                                + " for " + endpoint().timeout().toMillis() + " ms"));
            }
            return endpoint().after(BETWEEN_LOOKS).compose(none -> lease(account, since));
        });
    }

    private Future<TokenResponse> redeem(String account, Held held) {
        return endpoint()
                .request(() -> new TokenForm("refresh_token")
                        .withSecret("refresh_token", held.token())
                        .with("scope", scope)
                        .withAll(parameters))
                .compose(response -> kept(account, held, response));
    }

    /** Another gateway, or the operator, may have stored a new one since this one was read: then that is tried, once. */
    private Future<TokenResponse> retryIfReplaced(String account, Held held, Throwable refusal) {
        if (!(refusal instanceof TokenException known) || known.failure() != TokenFailure.GRANT_REFUSED) {
            return Future.failedFuture(refusal);
        }
        return onWorker(() -> current(account))
                .compose(now -> now.token().equals(held.token()) ? Future.failedFuture(refusal) : redeem(account, now));
    }

    private Future<TokenResponse> kept(String account, Held held, TokenResponse response) {
        Optional<String> successor = response.refreshToken().filter(given -> !given.equals(held.token()));
        if (successor.isEmpty()) {
            return Future.succeededFuture(response);
        }
        return onWorker(() -> {
            keep(account, new Held(held.onDisk(), successor.get()));
            return response;
        });
    }

    private Held current(String account) throws TokenException {
        String read = read(account);
        Held waiting = unsaved.get(account);
        if (waiting != null && waiting.onDisk().equals(read)) {
            return keep(account, waiting);
        }
        unsaved.remove(account);
        return new Held(read, read);
    }

    private String read(String account) throws TokenException {
        try {
            return stored.read(account)
                    .orElseThrow(() -> new TokenException(
                            TokenFailure.NOT_STORED,
                            "no refresh token is stored for " + TokenAnswer.printable(account)
                                    + "; store one with: smtpgate token store"));
        } catch (TokenStoreException e) {
            throw new TokenException(TokenFailure.NOT_STORED, e.getMessage());
        }
    }

    /** Stores a new token, unless what is on the disk was replaced by somebody: that is newer, and meant. */
    private Held keep(String account, Held held) {
        try {
            if (stored.read(account).filter(held.onDisk()::equals).isPresent()) {
                stored.write(account, held.token());
            }
            unsaved.remove(account);
            return new Held(held.token(), held.token());
        } catch (TokenStoreException e) {
            unsaved.put(account, held);
            events.unsaved(account, e.getMessage());
            return held;
        }
    }

    private <T> Future<T> onWorker(Callable<T> work) {
        return endpoint().onWorker(work);
    }

    /** The wait for another process, and two requests at most; see {@link #retryIfReplaced}. */
    @Override
    Duration patience() {
        return super.patience().multipliedBy(3).plus(DISK);
    }
}
