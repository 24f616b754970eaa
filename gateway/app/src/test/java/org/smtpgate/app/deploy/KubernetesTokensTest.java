package org.smtpgate.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.app.fixture.ConfigFolder;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests for logins by service account tokens fit together, and to the Deployment that they are added to. */
class KubernetesTokensTest {
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final String CLIENT = "tokens/client-pod.yaml";

    private static final Manifests RBAC = Manifests.of("tokens/rbac.yaml");
    private static final Manifests PATCHES = Manifests.of("tokens/configmap.yaml", "tokens/deployment.yaml");

    @TempDir
    Path temporary;

    static Stream<String> manifests() {
        return Checkout.yamlFiles("deploy/kubernetes/tokens").stream()
                .filter(name -> !name.equals(KUSTOMIZATION))
                .map(name -> "tokens/" + name);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyFieldIsOneThatKubernetesKnows(String name) {
        assertThat(Manifests.of(name).documents())
                .isNotEmpty()
                .allSatisfy(document ->
                        assertThat(Manifests.unknownFields(document)).isEmpty());
    }

    @Test
    void theComponentHasAllButTheClient() {
        Map<String, Object> component = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Checkout.text("deploy/kubernetes/tokens/" + KUSTOMIZATION));

        assertThat(component.get("kind")).isEqualTo("Component");
        assertThat(component.get("resources"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly("rbac.yaml");
        assertThat(component.get("patches"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly(Map.of("path", "configmap.yaml"), Map.of("path", "deployment.yaml"));
        assertThat(Checkout.text("deploy/kubernetes/README.md")).contains("`components: [ tokens ]`");
    }

    /** A patch of what is not there is refused by kustomize. */
    @Test
    void whatIsPatchedIsThere() {
        Manifests base = Manifests.of("configmap.yaml", "deployment.yaml");

        assertThat(PATCHES.documents())
                .allSatisfy(patch -> assertThat(base.documents()).anySatisfy(document -> {
                    assertThat(document.getKind()).isEqualTo(patch.getKind());
                    assertThat(document.getMetadata().getName())
                            .isEqualTo(patch.getMetadata().getName());
                }));
    }

    @Test
    void theGatewaysAccountMayReviewTokensAndNothingElse() {
        ClusterRoleBinding binding = RBAC.only(ClusterRoleBinding.class);
        Subject subject = binding.getSubjects().get(0);

        assertThat(binding.getSubjects()).hasSize(1);
        assertThat(binding.getRoleRef().getName()).isEqualTo("system:auth-delegator");
        assertThat(subject.getName())
                .isEqualTo(RBAC.only(ServiceAccount.class).getMetadata().getName())
                .isEqualTo(PATCHES.pod().getServiceAccountName());
        assertThat(Checkout.text("deploy/kubernetes/" + KUSTOMIZATION))
                .contains("namespace: " + subject.getNamespace());
    }

    @Test
    void theConfigurationPassesAndItsFilesAreMounted() throws Exception {
        PodSpec pod = PATCHES.pod();
        String folder = gateway(pod).getVolumeMounts().get(0).getMountPath();
        List<VolumeProjection> sources = sources(pod);

        assertThat(PATCHES.config()).contains("token-file: " + folder + "/token", "ca-file: " + folder + "/ca.crt");
        assertThat(sources.get(0).getServiceAccountToken().getPath()).isEqualTo("token");
        assertThat(sources.get(0).getServiceAccountToken().getAudience())
                .as("the API server's own")
                .isNull();
        assertThat(sources.get(1).getConfigMap().getItems().get(0).getPath()).isEqualTo("ca.crt");
        assertThat(config(folder).listeners()).hasSize(2);
    }

    @Test
    void theClientsTokenIsForTheGatewayAndItsAccountIsLetIn() {
        Manifests client = Manifests.of(CLIENT);
        Pod pod = client.only(Pod.class);

        assertThat(sources(pod.getSpec()).get(0).getServiceAccountToken().getAudience())
                .isEqualTo("smtpgate");
        assertThat(PATCHES.config())
                .contains("audience: smtpgate")
                .contains("namespace: " + pod.getMetadata().getNamespace() + ", name: "
                        + pod.getSpec().getServiceAccountName());
        assertThat(pod.getSpec().getServiceAccountName())
                .isEqualTo(client.only(ServiceAccount.class).getMetadata().getName());
        assertThat(pod.getSpec().getContainers().get(0).getEnv())
                .anySatisfy(variable -> assertThat(variable.getValue())
                        .startsWith("smtp://"
                                + Manifests.of("service.yaml")
                                        .only(Service.class)
                                        .getMetadata()
                                        .getName() + ".mail."));
    }

    /** Failed logins are counted by it: under one name for all, pods with a wrong token would shut out the others. */
    @Test
    void theClientsUserNameIsItsOwn() {
        Pod pod = Manifests.of(CLIENT).only(Pod.class);

        assertThat(pod.getSpec().getContainers().get(0).getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("SMTP_USER");
            assertThat(variable.getValue())
                    .isEqualTo(pod.getMetadata().getNamespace() + "/"
                            + pod.getSpec().getServiceAccountName());
        });
    }

    private GatewayConfig config(String folder) throws Exception {
        Files.writeString(temporary.resolve("token"), "a.b.c");
        Files.writeString(temporary.resolve("ca.crt"), "-");
        return ConfigFolder.in(temporary)
                .config(PATCHES.config()
                        .replace("/etc/smtpgate/tls/", temporary + "/")
                        .replace(folder, temporary.toString())
                        .replace("audience: smtpgate", "audience: smtpgate\n    api-server: https://localhost:1"));
    }

    private static List<VolumeProjection> sources(PodSpec pod) {
        return pod.getVolumes().get(0).getProjected().getSources();
    }

    private static Container gateway(PodSpec pod) {
        return pod.getContainers().get(0);
    }
}
