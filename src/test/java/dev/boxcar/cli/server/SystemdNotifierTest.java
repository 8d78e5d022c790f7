// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told, with a program in the place of systemd-notify that writes down its arguments. */
@SuppressWarnings("NullAway") // null is what some tests expect
class SystemdNotifierTest {
    private static final Map<String, String> SYSTEMD = Map.of("NOTIFY_SOCKET", "/run/systemd/notify");

    @TempDir
    Path directory;

    @Test
    void theStatesAreToldInTheWordsOfSystemd() throws Exception {
        var notifier = new SystemdNotifier(SYSTEMD, program());
        notifier.ready("3 messages queued");
        notifier.reloading();
        notifier.alive("fine");
        notifier.stopping();
        List<String> told = Files.readAllLines(directory.resolve("told"));
        assertThat(told).hasSize(4);
        assertThat(told.get(0)).isEqualTo("READY=1|STATUS=3 messages queued|");
        assertThat(told.get(1)).matches("RELOADING=1\\|MONOTONIC_USEC=[0-9]+\\|");
        assertThat(told.get(2)).isEqualTo("WATCHDOG=1|STATUS=fine|");
        assertThat(told.get(3)).isEqualTo("STOPPING=1|STATUS=stopping|");
    }

    @Test
    void theTimeOfAReloadIsThatOfTheMonotonicClock() throws Exception {
        Path uptime = Path.of("/proc/uptime");
        assumeTrue(Files.exists(uptime), "no /proc/uptime");
        new SystemdNotifier(SYSTEMD, program()).reloading();
        String told = Files.readString(directory.resolve("told"));
        double seconds = Long.parseLong(told.replaceAll("[^0-9|]", "").split("\\|")[1]) / 1e6;
        double now = Double.parseDouble(Files.readString(uptime).split(" ")[0]);
        assertThat(now - seconds).isBetween(-60.0, 60.0);
    }

    @Test
    void nothingIsToldWithoutSystemd() throws Exception {
        var notifier = new SystemdNotifier(Map.of("WATCHDOG_USEC", "30000000"), program());
        notifier.ready("x");
        assertThat(notifier.watchdog()).isNull();
        assertThat(directory.resolve("told")).doesNotExist();
    }

    @Test
    void theWatchdogIsThatOfThisProcess() {
        String own = Long.toString(ProcessHandle.current().pid());
        assertThat(watchdog("30000000", own)).isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "")).isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "1" + own)).isNull();
        assertThat(watchdog("x", own)).isNull();
        assertThat(watchdog("0", own)).isNull();
    }

    private static Duration watchdog(String micros, String pid) {
        return new SystemdNotifier(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid))
                .watchdog();
    }

    @Test
    void aMissingProgramEndsNothing() {
        new SystemdNotifier(SYSTEMD, directory.resolve("missing").toString()).ready("x");
    }

    private String program() throws Exception {
        Path script = directory.resolve("notify");
        Files.writeString(
                script,
                "#!/bin/sh\nprintf '%s|' \"$@\" >> '" + directory.resolve("told") + "'\necho >> '"
                        + directory.resolve("told") + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
