package org.smtpgate.bench.sink;

import java.util.LinkedHashMap;
import java.util.Map;

/** The records of the last runs. Used on the sink's event loop alone. */
final class Records {
    /** Older ones are forgotten. */
    private static final int RUNS_MAX = 64;

    private final Map<Long, RunRecord> runs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, RunRecord> eldest) {
            return size() > RUNS_MAX;
        }
    };

    private int unlabelled;
    private int connections;
    private int connectionsNow;
    private int connectionsMost;
    private int refused;

    RunRecord of(long run) {
        return runs.computeIfAbsent(run, any -> new RunRecord());
    }

    void unlabelled() {
        unlabelled++;
    }

    void connected() {
        connections++;
        connectionsNow++;
        connectionsMost = Math.max(connectionsMost, connectionsNow);
    }

    void disconnected() {
        connectionsNow--;
    }

    void refused() {
        refused++;
    }

    /** For JSON: what happened since the start, or since this was asked for last. */
    Map<String, Object> statistics() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connections", connections);
        map.put("connectionsNow", connectionsNow);
        map.put("connectionsMost", connectionsMost);
        map.put("refused", refused);
        map.put("unlabelled", unlabelled);
        connections = 0;
        connectionsMost = connectionsNow;
        refused = 0;
        unlabelled = 0;
        return map;
    }
}
