// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher script: which Java it runs with which options, and that Boxcar starts even if the script cannot do all
 * it wants.
 */
@Timeout(90)
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("src/main/launcher/boxcar.sh");
    /** A fake java: prints its arguments and creates an archive if an option asks for one. */
    private static final String JAVA = """
            #!/bin/sh
            for each; do
                case $each in -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) echo "$@" >"${each#*=}" ;; esac
                echo "$each"
            done
            """;

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private Path boxcar;

    @BeforeEach
    void place() throws IOException {
        boxcar = place(directory.resolve("a place"));
        environment.put("HOME", directory.resolve("home").toString());
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        environment.put("PATH", System.getenv("PATH"));
    }

    @Test
    void passesItsArgumentsOn() throws Exception {
        java("17.0.1", "");
        assertThat(run(boxcar, "sink", "--label", "two words", "*", "").out())
                .endsWith("-cp", boxcar.toString(), "dev.boxcar.cli.Main", "sink", "--label", "two words", "*", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sink |                                  | -XX:+UseSerialGC -Dboxcar.collector=serial -Xms24m",
                "relay|                                  | -XX:+UseSerialGC -Dboxcar.collector=serial -Xms12m -XX:MaxNewSize=8m -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=15 -XX:-ShrinkHeapInSteps",
                "queue|                                  | -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "sink | BOXCAR_JAVA_OPTS=-Xmx16m         | -XX:+UseSerialGC -Dboxcar.collector=serial -Xmx16m",
                "sink | BOXCAR_JAVA_OPTS=-XX:+UseG1GC    | -Xms24m -XX:+UseG1GC",
                "sink | JAVA_TOOL_OPTIONS=-XX:+UseZGC    | -Xms24m",
                "sink | JDK_JAVA_OPTIONS=-Xms1g          | -XX:+UseSerialGC -Dboxcar.collector=serial",
                "queue| JAVA_TOOL_OPTIONS=-XX:+UseZGC    | -XX:TieredStopAtLevel=1"
            })
    void choosesCollectorAndHeapUnlessTheUserDoes(String command, String variable, String options) throws Exception {
        java("17.0.1", "");
        environment.put("BOXCAR_NO_ARCHIVE", "1");
        if (variable != null) {
            environment.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
        }
        List<String> out = run(boxcar, command).out();
        assertThat(out.subList(0, out.indexOf("-cp"))).containsExactly(options.split(" "));
    }

    @Test
    void theUnitThatRunsTheJarHasTheLaunchersOptionsForTheRelay() throws Exception {
        java("17.0.15", "");
        environment.put("BOXCAR_NO_ARCHIVE", "1");
        List<String> out = run(boxcar, "relay").out();
        String unit = Files.readString(Path.of("conf/boxcar-relay.service"));
        String start = unit.lines()
                .filter(line -> line.startsWith("ExecStart=/usr/bin/java "))
                .findFirst()
                .orElseThrow();
        assertThat(start.split(" ")).containsAll(out.subList(0, out.indexOf("-cp")));
    }

    @ParameterizedTest
    @CsvSource({
        "25.0.1, relay, true",
        "25, relay, true",
        "25.0.1, sink, false",
        "17.0.1, relay, false",
        "17.0.14, relay, false",
        "17.0.15, relay, true",
        "17.0.20, relay, true",
        "18.0.15, relay, false"
    })
    void givesTheRelaysFreedMemoryBackWhereJavaCan(String version, String command, boolean trims) throws Exception {
        java(version, "");
        environment.put("BOXCAR_NO_ARCHIVE", "1");
        assertThat(run(boxcar, command).out().contains("-XX:TrimNativeHeapInterval=1000"))
                .isEqualTo(trims);
    }

    @Test
    void theRelayHasAnArchiveOfItsOwn() throws Exception {
        java("17.0.1", "");
        run(boxcar, "sink");
        run(boxcar, "relay");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> files("cache/boxcar").stream()
                                .filter(name -> name.endsWith(".jsa"))
                                .count()
                        == 2);
        String relay = "boxcar-relay-on-17";
        assertThat(used(run(boxcar, "relay"))).contains(relay);
        assertThat(used(run(boxcar, "sink"))).isNotEmpty().doesNotContain(relay);
        String archive = files("cache/boxcar").stream()
                .filter(name -> name.contains(relay))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readString(directory.resolve("cache/boxcar").resolve(archive)))
                .contains("rehearse relay");
    }

    private static String used(Outcome run) {
        return run.out().stream()
                .filter(option -> option.startsWith("-XX:SharedArchiveFile="))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendmail", "mailq"})
    void isTheCommandByWhoseNameItIsCalled(String name) throws Exception {
        java("17.0.1", "");
        Path link = Files.createSymbolicLink(directory.resolve(name), boxcar);
        List<String> expected = List.of("-cp", boxcar.toString(), "dev.boxcar.cli.Main", name, "-t", "a b");
        assertThat(run(link, "-t", "a b").out()).containsSubsequence(expected);

        environment.put("PATH", directory + ":" + environment.get("PATH"));
        assertThat(run(Path.of("sh"), "-c", name + " -t 'a b'").out()).containsSubsequence(expected);
    }

    @Test
    void runsThroughALinkAndFromThePath() throws Exception {
        java("17.0.1", "");
        Path link = Files.createSymbolicLink(directory.resolve("mail"), boxcar);
        assertThat(run(link, "version").out()).containsSubsequence("-cp", link.toString(), "version");

        environment.put("PATH", boxcar.getParent() + ":" + environment.get("PATH"));
        assertThat(run(Path.of("sh"), "-c", "boxcar version").out())
                .containsSubsequence("-cp", boxcar.toString(), "version");
    }

    @Test
    void usesTheJarOptionIfItsPathContainsAColon() throws Exception {
        java("17.0.1", "");
        Path withColon = place(directory.resolve("a:b"));
        assertThat(run(withColon, "version").out()).containsSubsequence("-jar", withColon.toString(), "version");
    }

    @Test
    void replacesItselfWithJavaSoThatSignalsAndStatusAreThoseOfJava() throws Exception {
        java("17.0.1", "echo $$; exit 74");
        Process process = start(boxcar);
        List<String> out = process.inputReader(UTF_8).lines().toList();
        assertThat(out).endsWith(String.valueOf(process.pid()));
        assertThat(process.waitFor()).isEqualTo(74);
    }

    @Test
    void ignoresAnOldJavaIfThereIsANewerOne() throws Exception {
        Path old = home(directory.resolve("old"), "11.0.2", "");
        Path best = home(directory.resolve("home/.sdkman/candidates/java/best"), "99", "echo best");
        environment.put("JAVA_HOME", old.toString());
        environment.put("PATH", old.resolve("bin") + ":" + environment.get("PATH"));
        Outcome run = run(boxcar, "version");
        assertThat(run.out()).as(run.toString()).endsWith("best");

        environment.put(
                "JAVA_HOME",
                home(directory.resolve("wanted"), "17", "echo wanted").toString());
        assertThat(run(boxcar, "version").out())
                .as("JAVA_HOME comes before " + best)
                .endsWith("wanted");
    }

    @Test
    void theFirstStartCreatesAnArchiveAndTheNextUsesIt() throws Exception {
        java("17.0.1", "");
        assertThat(run(boxcar).out()).noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> files("cache/boxcar").stream().anyMatch(name -> name.endsWith(".jsa")));

        assertThat(run(boxcar).out()).anyMatch(argument -> argument.startsWith("-XX:SharedArchiveFile="));
        Path other = place(directory.resolve("elsewhere"));
        assertThat(run(other).out())
                .as("an archive is valid for one path")
                .noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));
        environment.put("BOXCAR_NO_ARCHIVE", "1");
        assertThat(run(boxcar).out()).noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));
    }

    /** Java 24 does not know the option. */
    @ParameterizedTest
    @CsvSource({"24.0.2, 1, false", "25.0.1, 0, false", "25.0.1, 1, true"})
    void usesCompactHeadersIfTheJavaHasAnArchiveForThem(String version, int archives, boolean compact)
            throws Exception {
        java(version, "");
        if (archives > 0) {
            Path library = Files.createDirectories(directory.resolve("java/lib/server"));
            Files.createFile(library.resolve("classes_coh.jsa"));
        }
        environment.put("BOXCAR_JAVA_OPTS", "-XX:-UseCompactObjectHeaders");
        List<String> first = run(boxcar).out();
        assertThat(first.contains("-XX:+UseCompactObjectHeaders")).isEqualTo(compact);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> files("cache/boxcar").stream().anyMatch(name -> name.matches(".*[.](jsa|aot)")));
        List<String> second = run(boxcar).out();
        assertThat(second)
                .anyMatch(argument ->
                        argument.startsWith("-XX:SharedArchiveFile=") || argument.startsWith("-XX:AOTCache="));
        if (compact) {
            assertThat(second)
                    .as("the user's options come last")
                    .containsSubsequence("-XX:+UseCompactObjectHeaders", "-XX:-UseCompactObjectHeaders");
            assertThat(files("cache/boxcar"))
                    .anySatisfy(name -> assertThat(Files.readString(
                                    directory.resolve("cache/boxcar").resolve(name)))
                            .contains("UseCompactObjectHeaders"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null/cache", "/proc/cache"})
    void startsWithoutAWritableCacheDirectory(String cache) throws Exception {
        java("17.0.1", "");
        environment.put("XDG_CACHE_HOME", cache);
        Outcome run = run(boxcar, "version");
        assertThat(run.out()).contains("version");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void startsWithABrokenArchive() throws Exception {
        environment.put(
                "BOXCAR_JAVA",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Files.write(boxcar, program(), StandardOpenOption.APPEND);
        assertThat(run(boxcar)).isEqualTo(new Outcome(3, List.of("it ran"), ""));
        String archive = files("cache/boxcar").stream()
                .filter(name -> name.endsWith(".making"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\.making$", "");
        String kind = Runtime.version().feature() < 25 ? ".jsa" : ".aot";
        Path broken = directory.resolve("cache/boxcar").resolve(archive + kind);
        Files.writeString(broken, "no archive\n".repeat(10_000));
        assertThat(run(boxcar)).isEqualTo(new Outcome(3, List.of("it ran"), ""));
    }

    private Path place(Path parent) throws IOException {
        Path placed = Files.createDirectories(parent).resolve("boxcar");
        Files.copy(LAUNCHER, placed);
        assertThat(placed.toFile().setExecutable(true)).isTrue();
        return placed;
    }

    /** Creates a fake java of this version and points BOXCAR_JAVA to it. */
    private void java(String version, String lastCommand) throws IOException {
        Path home = home(directory.resolve("java"), version, lastCommand);
        environment.put("BOXCAR_JAVA", home.resolve("bin/java").toString());
    }

    private static Path home(Path home, String version, String lastCommand) throws IOException {
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(java, JAVA + lastCommand + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(name))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** A jar whose main class prints a line and ends with status 3. */
    private byte[] program() throws IOException {
        Path source =
                Files.createDirectories(directory.resolve("dev/boxcar/cli")).resolve("Main.java");
        Files.writeString(
                source,
                "package dev.boxcar.cli; public class Main { public static void main(String[] a) {"
                        + " System.out.println(\"it ran\"); System.exit(3); } }");
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
                .isZero();
        var jar = new ByteArrayOutputStream();
        try (var out = new JarOutputStream(jar)) {
            out.putNextEntry(new JarEntry("dev/boxcar/cli/Main.class"));
            out.write(Files.readAllBytes(source.resolveSibling("Main.class")));
        }
        return jar.toByteArray();
    }

    private record Outcome(int status, List<String> out, String err) {}

    private Outcome run(Path program, String... arguments) throws Exception {
        Process process = start(program, arguments);
        List<String> out = process.inputReader(UTF_8).lines().toList();
        return new Outcome(process.waitFor(), out, Files.readString(directory.resolve("err")));
    }

    private Process start(Path program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
