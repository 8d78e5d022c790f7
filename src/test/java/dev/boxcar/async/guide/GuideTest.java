// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The programs in docs/async.md are the ones that are compiled and run here, and the tests that it names exist. */
class GuideTest {
    private static final Path GUIDE = Path.of("docs/async.md");
    private static final Path PROGRAMS = Path.of("src/test/java/dev/boxcar/async/guide");
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("^\\| ([A-J]\\d+(?:, [A-J]\\d+)*) \\|", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    /** The last row of each letter in the tables. */
    private static final List<String> LETTERS = List.of("A20", "B3", "C17", "D3", "E10", "F3", "G9", "H2", "I18", "J5");

    @Test
    void everyProgramOfTheGuideIsCompiled() throws IOException {
        List<String> sources = sources().map(GuideTest::text).toList();
        List<String> blocks = found(BLOCK, 1);
        assertThat(blocks)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(sources)
                        .anySatisfy(source -> assertThat(source).endsWith("\n\n" + block)));
    }

    @Test
    void everyProgramIsInTheGuide() throws IOException {
        String guide = text(GUIDE);
        assertThat(sources().filter(source -> !source.endsWith("GuideTest.java") && !isCheck(source)))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(guide).contains(program(text(source))));
    }

    /** The guide shows no tests of its programs, except the one of the reader's own server. */
    private static boolean isCheck(Path source) {
        return source.endsWith("ProgramsTest.java") || source.endsWith("CrowdTest.java");
    }

    /** A source without its licence and package lines. */
    private static String program(String source) {
        return source.substring(source.indexOf(";\n\n") + 3);
    }

    @Test
    void everyRowIsInTheTablesOnce() throws IOException {
        List<String> wanted = LETTERS.stream()
                .flatMap(last -> IntStream.rangeClosed(1, Integer.parseInt(last.substring(1)))
                        .mapToObj(number -> last.charAt(0) + "" + number))
                .toList();
        List<String> rows = found(ROW, 1).stream()
                .flatMap(row -> Arrays.stream(row.split(", ")))
                .toList();
        assertThat(rows).isEqualTo(wanted);
    }

    @Test
    void everyTestThatTheGuideNamesExists() throws IOException {
        List<String> named = found(TEST, 0);
        assertThat(named).hasSizeGreaterThan(80).allSatisfy(name -> {
            Matcher test = TEST.matcher(name);
            assertThat(test.matches()).isTrue();
            assertThat(methods(test.group(1))).contains(test.group(2));
        });
    }

    private static List<String> methods(String test) throws ClassNotFoundException {
        String prefix =
                Files.exists(PROGRAMS.resolve(test + ".java")) ? "dev.boxcar.async.guide." : "dev.boxcar.async.";
        return Arrays.stream(Class.forName(prefix + test).getDeclaredMethods())
                .map(java.lang.reflect.Method::getName)
                .collect(Collectors.toList());
    }

    private static List<String> found(Pattern pattern, int group) {
        return pattern.matcher(text(GUIDE))
                .results()
                .map(result -> result.group(group))
                .toList();
    }

    private static Stream<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            return files.toList().stream();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
