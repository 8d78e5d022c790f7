// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.relay.Downstream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules for Prometheus in {@code conf}: that they fire when they should, on metrics that exist. */
@Timeout(120)
class AlertRulesTest {
    private static final Path RULES = Path.of("conf/boxcar-relay.rules.yml");
    /** A metric of ours, and the labels that are compared with words. */
    private static final Pattern METRIC = Pattern.compile("\\b(boxcar_[a-z_]+)(?:\\{(\\w+)=~?\"([^\"]*)\"})?");

    @TempDir
    Path directory;

    @Test
    void everyMetricOfTheRulesIsInTheOutputOfTheRelay() throws Exception {
        var wanted = new TreeSet<String>();
        for (String line : Files.readAllLines(RULES)) {
            if (line.strip().startsWith("expr:")) {
                METRIC.matcher(line).results().forEach(found -> wanted.addAll(samples(found)));
            }
        }
        assertThat(wanted).hasSizeGreaterThan(10);
        try (var downstream = Downstream.start();
                var web = RelayWebFixture.start(downstream)) {
            List<String> lines = web.get("/metrics").body().lines().toList();
            assertThat(wanted)
                    .allSatisfy(sample -> assertThat(lines)
                            .as(sample)
                            .anyMatch(line -> line.startsWith(sample + " ") || line.startsWith(sample + "{")));
        }
    }

    /** A sample for each word that the rule compares the label with. */
    private static List<String> samples(MatchResult found) {
        if (found.group(2) == null) {
            return List.of(found.group(1));
        }
        var samples = new ArrayList<String>();
        for (String word : found.group(3).split("\\|")) {
            samples.add(found.group(1) + "{" + found.group(2) + "=\"" + word + "\"}");
        }
        return samples;
    }

    @Test
    void prometheusAcceptsTheRulesAndTheyFireWhenTheyShould() throws Exception {
        String promtool = promtool();
        Files.copy(RULES, directory.resolve("boxcar-relay.rules.yml"));
        Path test = directory.resolve("boxcar-relay.test.yml");
        try (var in =
                Objects.requireNonNull(AlertRulesTest.class.getResourceAsStream("/prometheus/" + test.getFileName()))) {
            Files.copy(in, test);
        }
        run(promtool, "check", "rules", RULES.toString());
        run(promtool, "test", "rules", test.toString());
    }

    /** Skips the test where Prometheus is neither installed nor unpacked. */
    private static String promtool() {
        String unpacked = System.getenv().getOrDefault("PEERS_DIR", "target/peers");
        for (String each :
                (System.getenv("PATH") + File.pathSeparator + unpacked + "/usr/bin").split(File.pathSeparator)) {
            Path file = Path.of(each, "promtool");
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        assumeTrue(false, "promtool is not installed, and not below " + unpacked);
        return "";
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
