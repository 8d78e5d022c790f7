// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the program: in this JVM to check its output, or in its own JVM to check how it ends. */
public final class Boxcar {
    private static final long TIMEOUT_SECONDS = 60;

    private Boxcar() {}

    /** The exit status and the output of a run. */
    public record Outcome(int status, String out, String err) {}

    /** Runs a command that ends by itself, in this JVM. */
    public static Outcome run(Map<String, String> environment, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Main.run(environment, new PrintWriter(out), new PrintWriter(err), arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** Starts the program in its own JVM, in that directory. */
    public static Running start(Path directory, String... arguments) throws IOException {
        return start(Main.class, List.of(), directory, arguments);
    }

    /** Starts the program in its own JVM, with options for that. */
    static Running start(List<String> jvmOptions, Path directory, String... arguments) throws IOException {
        return start(Main.class, jvmOptions, directory, arguments);
    }

    /** Starts a main class in its own JVM. */
    static Running start(Class<?> main, Path directory, String... arguments) throws IOException {
        return start(main, List.of(), directory, arguments);
    }

    private static Running start(Class<?> main, List<String> jvmOptions, Path directory, String... arguments)
            throws IOException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(directory, "stderr", "");
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXCAR_") || name.startsWith("MP_"));
        builder.environment().put("BOXCAR_HTTP", "off"); // otherwise it would listen on a fixed port
        builder.environment()
                .put(
                        "XDG_STATE_HOME",
                        directory.toAbsolutePath().resolve("state").toString());
        Process process = builder.start();
        return new Running(process, process.inputReader(UTF_8), err);
    }

    /** The class path of this process for one that runs in another directory. */
    private static String absoluteClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A running program; closing it kills it. */
    public record Running(Process process, BufferedReader out, Path errFile) implements AutoCloseable {

        /** Waits for the next line on standard output, until the test's timeout. */
        public String line() throws IOException {
            return String.valueOf(out.readLine());
        }

        /** Waits until the program ends. */
        public Outcome end() throws IOException, InterruptedException {
            if (!process.waitFor(TIMEOUT_SECONDS, SECONDS)) {
                throw new AssertionError("still running: " + Files.readString(errFile));
            }
            var rest = new StringWriter();
            out.transferTo(rest);
            return new Outcome(process.exitValue(), rest.toString(), Files.readString(errFile));
        }

        public Outcome signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            return end();
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
