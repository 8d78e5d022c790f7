// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service does (sd_notify(3)), by the program {@code systemd-notify}: the JDK cannot send Unix
 * datagrams. So the unit needs {@code NotifyAccess=all}. Does nothing when systemd did not start the process. A message
 * that cannot be sent is logged. Any thread; each message waits until systemd has it, up to 5 s.
 */
public final class SystemdNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);
    private static final String PROGRAM = "systemd-notify";
    private static final long MAX_SECONDS = 5;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Map<String, String> environment;
    private final String program;

    /** A notifier for a process with this environment. */
    public SystemdNotifier(Map<String, String> environment) {
        this(environment, PROGRAM);
    }

    SystemdNotifier(Map<String, String> environment, String program) {
        this.environment = Map.copyOf(environment);
        this.program = program;
    }

    /** Whether systemd wants to be told. */
    public boolean isWanted() {
        return !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
    }

    /** The longest time between two calls of {@link #alive} before systemd ends the process; null if it does not. */
    public @Nullable Duration watchdog() {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean isForOther = !pid.isEmpty()
                && !pid.equals(Long.toString(ProcessHandle.current().pid()));
        if (!isWanted() || isForOther || !micros.matches("[1-9][0-9]{0,17}")) {
            return null;
        }
        return Duration.ofNanos(Long.parseLong(micros) * NANOS_PER_MICRO);
    }

    /** The service has started, or its configuration was read again. */
    public void ready(String status) {
        send("READY=1", "STATUS=" + status);
    }

    /** The configuration is being read again; {@link #ready} follows. */
    public void reloading() {
        long monotonicMicros = System.nanoTime() / NANOS_PER_MICRO; // CLOCK_MONOTONIC on Linux
        send("RELOADING=1", "MONOTONIC_USEC=" + monotonicMicros);
    }

    /** The service ends. */
    public void stopping() {
        send("STOPPING=1", "STATUS=stopping");
    }

    /** The service works. */
    public void alive(String status) {
        send("WATCHDOG=1", "STATUS=" + status);
    }

    /** What the service does, in one line. */
    public void status(String status) {
        send("STATUS=" + status);
    }

    private void send(String... lines) {
        if (!isWanted()) {
            return;
        }
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(List.of(lines));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("systemd does not take {}", lines[0]);
            } else if (process.exitValue() != 0) {
                LOG.warn("{} {} failed: exit status {}", program, lines[0], process.exitValue());
            }
        } catch (IOException e) {
            LOG.warn("systemd cannot be told {}: {}", lines[0], e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
