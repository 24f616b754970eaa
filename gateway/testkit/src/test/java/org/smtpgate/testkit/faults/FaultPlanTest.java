package org.smtpgate.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.testkit.Transport;

class FaultPlanTest {
    private static final int MANY = 2_000;

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(faults(new FaultPlan(7, Transport.PLAIN, 5, 50)))
                .isEqualTo(faults(new FaultPlan(7, Transport.PLAIN, 5, 50)))
                .isNotEqualTo(faults(new FaultPlan(8, Transport.PLAIN, 5, 50)));
    }

    @Test
    void aConnectionsFaultDoesNotDependOnThoseBefore() {
        FaultPlan plan = new FaultPlan(7, Transport.PLAIN, 5, 50);
        List<Optional<PlannedFault>> all = faults(plan);
        assertThat(new FaultPlan(7, Transport.PLAIN, 5, 50).of(100)).isEqualTo(all.get(99));
    }

    @Test
    void asManyConnectionsAsAskedForMeetAFault() {
        assertThat(faults(new FaultPlan(1, Transport.PLAIN, 5, 30)).stream().filter(Optional::isPresent))
                .hasSizeBetween(MANY * 25 / 100, MANY * 35 / 100);
        assertThat(faults(new FaultPlan(1, Transport.PLAIN, 5, 0))).allMatch(Optional::isEmpty);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "STARTTLS"})
    void everyKindAndEveryPointIsDrawn(Transport transport) {
        List<PlannedFault> drawn = faults(new FaultPlan(1, transport, 5, 100)).stream()
                .map(Optional::orElseThrow)
                .toList();
        assertThat(drawn).extracting(PlannedFault::kind).contains(FaultKind.values());
        assertThat(drawn.stream().map(PlannedFault::point).distinct())
                .containsExactlyInAnyOrderElementsOf(points(transport));
    }

    @Test
    void nobodySpeaksInsideTls() {
        assertThat(faults(new FaultPlan(1, Transport.STARTTLS, 5, 100)))
                .map(Optional::orElseThrow)
                .noneMatch(fault -> fault.point().inTls() && fault.kind().speaks());
    }

    private static List<FaultPoint> points(Transport transport) {
        return Arrays.stream(FaultPoint.values())
                .filter(point -> point.weight(transport) > 0)
                .toList();
    }

    private static List<Optional<PlannedFault>> faults(FaultPlan plan) {
        return IntStream.rangeClosed(1, MANY).mapToObj(plan::of).toList();
    }
}
