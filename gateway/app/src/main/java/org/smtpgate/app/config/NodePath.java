package org.smtpgate.app.config;

import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where in a section a path such as {@code rules[3].login} leads to. */
final class NodePath {
    private NodePath() {}

    /** What stands there; where nothing does, the innermost section or list on the way to it. */
    static Node follow(Node from, String path) {
        if (from instanceof MappingNode mapping) {
            return inMapping(mapping, path);
        }
        return from instanceof SequenceNode sequence ? inSequence(sequence, path) : from;
    }

    /** Keys of the operator's choice may have dots in them, so that the longest that fits is meant. */
    private static Node inMapping(MappingNode mapping, String path) {
        Node next = null;
        int taken = 0;
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar
                    && scalar.getValue().length() > taken
                    && begins(path, scalar.getValue())) {
                taken = scalar.getValue().length();
                next = tuple.getValueNode();
            }
        }
        return next == null ? mapping : follow(next, rest(path, taken));
    }

    private static boolean begins(String path, String key) {
        return path.startsWith(key) && (path.length() == key.length() || ".[".indexOf(path.charAt(key.length())) >= 0);
    }

    private static Node inSequence(SequenceNode sequence, String path) {
        for (int i = 0; i < sequence.getValue().size(); i++) {
            String index = "[" + i + "]";
            if (path.startsWith(index)) {
                return follow(sequence.getValue().get(i), rest(path, index.length()));
            }
        }
        return sequence;
    }

    private static String rest(String path, int taken) {
        return path.startsWith(".", taken) ? path.substring(taken + 1) : path.substring(taken);
    }
}
