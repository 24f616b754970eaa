package org.smtpgate.app.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The documents of some manifests, as Kubernetes' own model has them. */
record Manifests(List<HasMetadata> documents) {
    private static final String FOLDER = "deploy/kubernetes/";

    static Manifests of(String... files) {
        return new Manifests(Arrays.stream(files)
                .flatMap(file -> Arrays.stream(Checkout.text(FOLDER + file).split("(?m)^---$")))
                .map(document -> (HasMetadata) new KubernetesSerialization().unmarshal(document))
                .toList());
    }

    <T extends HasMetadata> Stream<T> all(Class<T> kind) {
        return documents.stream().filter(kind::isInstance).map(kind::cast);
    }

    <T extends HasMetadata> T only(Class<T> kind) {
        List<T> found = all(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError("there are " + found.size() + " of " + kind.getSimpleName());
        }
        return found.get(0);
    }

    /** The one pod there is, by itself or as a Deployment makes it. */
    PodSpec pod() {
        return all(Pod.class)
                .map(Pod::getSpec)
                .findFirst()
                .orElseGet(() -> only(Deployment.class).getSpec().getTemplate().getSpec());
    }

    /** Of that pod. */
    Map<String, String> labels() {
        return all(Pod.class)
                .map(pod -> pod.getMetadata().getLabels())
                .findFirst()
                .orElseGet(() -> only(Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels());
    }

    String config() {
        return only(ConfigMap.class).getData().get("smtpgate.yaml");
    }

    List<String> names(Class<? extends HasMetadata> kind) {
        return all(kind).map(document -> document.getMetadata().getName()).toList();
    }

    boolean hasSecret(String name) {
        return names(Secret.class).contains(name);
    }

    /** What no field of the model took: misspelt keys, and keys at the wrong place. */
    static List<String> unknownFields(Object document) {
        List<String> unknown = new ArrayList<>();
        walk(document.getClass().getSimpleName(), document, unknown);
        return unknown;
    }

    private static void walk(String path, Object value, List<String> unknown) {
        if (value instanceof Collection<?> items) {
            items.forEach(item -> walk(path, item, unknown));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(item -> walk(path, item, unknown));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
            for (Method getter : value.getClass().getMethods()) {
                if (getter.getName().startsWith("get") && getter.getParameterCount() == 0) {
                    visit(path, value, getter, unknown);
                }
            }
        }
    }

    private static void visit(String path, Object value, Method getter, List<String> unknown) {
        Object found = call(value, getter);
        if (!getter.getName().equals("getAdditionalProperties")) {
            walk(path + "." + getter.getName().substring("get".length()), found, unknown);
        } else if (found instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> unknown.add(path + "." + key));
        }
    }

    private static Object call(Object value, Method getter) {
        try {
            return getter.invoke(value);
        } catch (InvocationTargetException e) {
            // IntOrString has getters that throw when it holds the other kind.
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
