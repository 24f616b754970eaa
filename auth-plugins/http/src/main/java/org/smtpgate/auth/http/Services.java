package org.smtpgate.auth.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The URLs of a service: the first one, until it gives no answer, and then the next. Safe for any thread. */
final class Services {
    private final List<ServiceUrl> urls;
    private final AtomicInteger preferred = new AtomicInteger();

    Services(List<ServiceUrl> urls) {
        this.urls = List.copyOf(urls);
    }

    int count() {
        return urls.size();
    }

    /** @param turn how many were tried before */
    ServiceUrl get(int first, int turn) {
        return urls.get((first + turn) % urls.size());
    }

    /** Which one to begin with. */
    int preferred() {
        return preferred.get();
    }

    /** The one at this place gave no answer: who comes next begins with another. */
    void failed(int first, int turn) {
        int place = (first + turn) % urls.size();
        preferred.compareAndSet(place, (place + 1) % urls.size());
    }
}
