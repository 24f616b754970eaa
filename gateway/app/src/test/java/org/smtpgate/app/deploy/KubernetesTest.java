package org.smtpgate.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.app.fixture.ConfigFolder;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests are what Kubernetes knows, what they name exists, and the gateway in them can run as they say. */
class KubernetesTest {
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final String SIDECAR = "sidecar.yaml";
    private static final String DEPLOYMENT = "deployment.yaml";
    /** Made by others, as the folder's README says. */
    private static final Set<String> MADE_ELSEWHERE = Set.of("smtpgate-tls", "app-smtpgate-users");
    /** How long after the drain deadline the program may take to stop. */
    private static final int GOODBYES_SECONDS = 30;

    private static final Manifests OWN = Manifests.of(
            "configmap.yaml",
            "secret.yaml",
            DEPLOYMENT,
            "service.yaml",
            "poddisruptionbudget.yaml",
            "networkpolicy.yaml");

    @TempDir
    Path temporary;

    static Stream<String> manifests() {
        return Checkout.yamlFiles("deploy/kubernetes").stream().filter(name -> !name.equals(KUSTOMIZATION));
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyFieldIsOneThatKubernetesKnows(String name) {
        assertThat(Manifests.of(name).documents())
                .isNotEmpty()
                .allSatisfy(document ->
                        assertThat(Manifests.unknownFields(document)).isEmpty());
    }

    /** Without this, the test above could prove nothing. */
    @Test
    void aMisspeltFieldIsFound() {
        Manifests manifests = Manifests.of(DEPLOYMENT);
        manifests.pod().getContainers().get(0).setAdditionalProperty("imagePullPolice", "Always");

        assertThat(Manifests.unknownFields(manifests.only(Deployment.class)))
                .contains("Deployment.Spec.Template.Spec.Containers.imagePullPolice");
    }

    @Test
    void theKustomizationHasAllButTheSidecar() {
        Map<String, Object> kustomization = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Checkout.text("deploy/kubernetes/" + KUSTOMIZATION));

        assertThat(kustomization.get("kind")).isEqualTo("Kustomization");
        assertThat(kustomization.get("resources"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrderElementsOf(
                        manifests().filter(name -> !name.equals(SIDECAR)).toList());
    }

    static Stream<Manifests> installations() {
        return Stream.of(OWN, Manifests.of(SIDECAR));
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyVolumeAndMountIsThere(Manifests manifests) {
        PodSpec pod = manifests.pod();
        Map<String, Volume> volumes =
                pod.getVolumes().stream().collect(Collectors.toMap(Volume::getName, volume -> volume));
        for (Volume volume : volumes.values()) {
            if (volume.getConfigMap() != null) {
                assertThat(manifests.names(ConfigMap.class))
                        .contains(volume.getConfigMap().getName());
            }
            if (volume.getSecret() != null) {
                String secret = volume.getSecret().getSecretName();
                assertThat(manifests.hasSecret(secret) || MADE_ELSEWHERE.contains(secret))
                        .as(secret)
                        .isTrue();
                assertThat(Checkout.text("deploy/kubernetes/README.md")
                                + Checkout.text("deploy/kubernetes/secret.yaml"))
                        .contains(secret);
            }
        }
        for (VolumeMount mount : gateway(pod).getVolumeMounts()) {
            assertThat(volumes).containsKey(mount.getName());
            if (mount.getSubPath() != null) {
                assertThat(manifests.only(ConfigMap.class).getData()).containsKey(mount.getSubPath());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("installations")
    void theConfigurationPassesAndItsFilesAreMounted(Manifests manifests) throws Exception {
        GatewayConfig config = config(manifests);
        List<String> mounted = gateway(manifests.pod()).getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();

        assertThat(config.listeners()).isNotEmpty();
        assertThat(mounted).contains("/etc/smtpgate/smtpgate.yaml", "/etc/smtpgate/users", "/tmp");
        assertThat(mounted.contains("/etc/smtpgate/tls"))
                .isEqualTo(manifests.config().contains("/etc/smtpgate/tls/"));
        assertThat(gateway(manifests.pod()).getArgs())
                .containsExactly("run", "--config", "/etc/smtpgate/smtpgate.yaml");
    }

    @ParameterizedTest
    @MethodSource("installations")
    void portsAreThoseThatTheGatewayListensOn(Manifests manifests) throws Exception {
        GatewayConfig config = config(manifests);
        List<Integer> reachable = Stream.concat(
                        config.listeners().stream()
                                .map(GatewayConfig.Listener::settings)
                                .filter(listener -> !listener.host().equals("127.0.0.1"))
                                .map(listener -> listener.port()),
                        config.admin().map(admin -> admin.address().port()).stream())
                .toList();

        assertThat(gateway(manifests.pod()).getPorts().stream()
                        .map(ContainerPort::getContainerPort)
                        .toList())
                .containsExactlyInAnyOrderElementsOf(reachable);
        assertThat(config.admin().orElseThrow().address().host())
                .as("what probes of the kubelet can reach")
                .isEqualTo("0.0.0.0");
        assertThat(reachable).as("ports that a plain user may bind").allMatch(port -> port >= 1024);
    }

    @ParameterizedTest
    @MethodSource("installations")
    void probesAskForPagesThatExistOnAPortThatIsNamed(Manifests manifests) {
        Container gateway = gateway(manifests.pod());
        List<String> ports =
                gateway.getPorts().stream().map(ContainerPort::getName).toList();

        List<Probe> probes = Stream.of(
                        gateway.getStartupProbe(), gateway.getReadinessProbe(), gateway.getLivenessProbe())
                .filter(Objects::nonNull)
                .toList();
        assertThat(probes).hasSizeGreaterThanOrEqualTo(2).allSatisfy(probe -> {
            assertThat(probe.getHttpGet().getPath()).isIn("/livez", "/readyz");
            assertThat(ports).contains(probe.getHttpGet().getPort().getStrVal());
        });
        assertThat(gateway.getLivenessProbe().getHttpGet().getPath())
                .as("a gateway that drains is not to be killed")
                .isEqualTo("/livez");
    }

    @ParameterizedTest
    @MethodSource("installations")
    void aDrainEndsBeforeThePodIsKilled(Manifests manifests) throws Exception {
        GatewayConfig config = config(manifests);
        var lifecycle = gateway(manifests.pod()).getLifecycle();
        long asleep = lifecycle == null ? 0 : lifecycle.getPreStop().getSleep().getSeconds();

        assertThat(manifests.pod().getTerminationGracePeriodSeconds())
                .isGreaterThan(asleep + config.drainDeadline().toSeconds() + GOODBYES_SECONDS);
    }

    @ParameterizedTest
    @MethodSource("installations")
    void theContainerHasNoPrivilege(Manifests manifests) {
        var container = gateway(manifests.pod()).getSecurityContext();
        var pod = manifests.pod().getSecurityContext();

        assertThat(pod.getRunAsNonRoot()).isTrue();
        assertThat(pod.getRunAsUser()).isEqualTo(10587);
        assertThat(Checkout.text("deploy/docker/Dockerfile")).contains("USER 10587:10587");
        assertThat(pod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    }

    @Test
    void selectorsFindThePods() {
        Map<String, String> labels =
                OWN.only(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();

        assertThat(List.of(
                        OWN.only(Deployment.class).getSpec().getSelector().getMatchLabels(),
                        OWN.only(Service.class).getSpec().getSelector(),
                        OWN.only(PodDisruptionBudget.class)
                                .getSpec()
                                .getSelector()
                                .getMatchLabels(),
                        OWN.only(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels()))
                .allSatisfy(selector -> assertThat(labels).containsAllEntriesOf(selector));
    }

    @Test
    void theServiceAndTheNetworkPolicyNamePortsOfTheContainer() {
        List<String> ports = gateway(OWN.pod()).getPorts().stream()
                .map(ContainerPort::getName)
                .toList();

        assertThat(OWN.only(Service.class).getSpec().getPorts())
                .isNotEmpty()
                .allSatisfy(
                        port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
        assertThat(OWN.only(NetworkPolicy.class).getSpec().getIngress())
                .flatExtracting(rule -> rule.getPorts())
                .extracting(port -> port.getPort().getStrVal())
                .containsExactlyInAnyOrderElementsOf(ports);
    }

    /** It has no login, and shows addresses and logins. */
    @ParameterizedTest
    @MethodSource("installations")
    void theAdminPortIsForMonitoringAlone(Manifests manifests) {
        var policy = manifests.only(NetworkPolicy.class).getSpec();

        assertThat(policy.getPolicyTypes()).contains("Ingress");
        assertThat(manifests.labels())
                .containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
        assertThat(policy.getIngress())
                .as("a rule without ports is for all of them")
                .allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
        assertThat(policy.getIngress())
                .filteredOn(rule ->
                        rule.getPorts().stream().anyMatch(port -> "http-admin".equals(name(port.getPort()))))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom())
                        .singleElement()
                        .satisfies(
                                from -> assertThat(from.getNamespaceSelector().getMatchLabels())
                                        .containsExactly(Map.entry("kubernetes.io/metadata.name", "monitoring"))));
        assertThat(policy.getIngress())
                .flatExtracting(rule -> rule.getPorts())
                .as("ports by their names, so that none is 9587 in disguise")
                .allSatisfy(port -> assertThat(name(port.getPort())).isNotNull());
    }

    private static String name(IntOrString port) {
        return port.getStrVal();
    }

    @Test
    void anUpdateNeverTakesTheLastReplica() {
        int replicas = OWN.only(Deployment.class).getSpec().getReplicas();

        assertThat(OWN.only(PodDisruptionBudget.class)
                        .getSpec()
                        .getMinAvailable()
                        .getIntVal())
                .isLessThan(replicas);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep, 1.30", "native sidecar, 1.29"})
    void whatNeedsANewKubernetesIsSaid(String featureAndVersion) {
        String[] both = featureAndVersion.split(", ");

        assertThat(Checkout.text("deploy/kubernetes/README.md").lines())
                .anyMatch(line -> line.contains(both[0]) && line.contains("Kubernetes " + both[1]));
    }

    /** With files that are here in place of those that will be mounted. */
    private GatewayConfig config(Manifests manifests) throws Exception {
        return ConfigFolder.in(temporary)
                .config(manifests
                        .config()
                        .replace("/etc/smtpgate/tls/", temporary + "/")
                        .replace("/etc/smtpgate/users/", temporary + "/"));
    }

    /** The gateway's own container: a sidecar stands among the init containers and is never ended before the others. */
    private static Container gateway(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .filter(container -> container.getName().equals("smtpgate"))
                .findFirst()
                .orElseThrow();
    }
}
