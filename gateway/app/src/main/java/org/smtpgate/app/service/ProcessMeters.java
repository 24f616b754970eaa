package org.smtpgate.app.service;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What the process takes of its machine, and which program it is. */
final class ProcessMeters implements MeterBinder {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    // The binders that could be closed hold listeners of the JVM's, which live as long as it does, as they do.
    @SuppressWarnings("resource")
    @Override
    public void bindTo(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        cpu(registry);
        nettyMemory(registry);
        build(registry);
    }

    /** Micrometer's own counts nanoseconds, where Prometheus wants base units. */
    private static void cpu(MeterRegistry registry) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        FunctionCounter.builder("process.cpu", system, bean -> bean.getProcessCpuTime() / NANOS_PER_SECOND)
                .baseUnit("seconds")
                .description("CPU time that the process has used")
                .register(registry);
    }

    /** Where Netty frees direct memory by itself, the JVM's own figures know nothing of it. */
    private static void nettyMemory(MeterRegistry registry) {
        Gauge.builder("netty.direct.memory.used", () -> Math.max(0, PlatformDependent.usedDirectMemory()))
                .baseUnit("bytes")
                .description("Direct memory that Netty holds for the sockets' buffers")
                .register(registry);
        Gauge.builder("netty.direct.memory.limit", PlatformDependent::maxDirectMemory)
                .baseUnit("bytes")
                .description("The most direct memory that Netty may hold")
                .register(registry);
    }

    private static void build(MeterRegistry registry) {
        String version = ProcessMeters.class.getPackage().getImplementationVersion();
        Gauge.builder("smtpgate.build.info", () -> 1)
                .description("Always 1; its labels say which version this is, and which Java runs it")
                .tag("version", version == null ? "development" : version)
                .tag("java", Runtime.version().toString())
                .register(registry);
    }
}
