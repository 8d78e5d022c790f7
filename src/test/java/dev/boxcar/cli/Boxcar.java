// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The program as a user sees it: run in this JVM where its words matter, in one of its own where its end does. */
final class Boxcar {
    private static final long PATIENCE_SECONDS = 60;

    private Boxcar() {}

    /** What a run left behind. */
    record Outcome(int status, String out, String err) {}

    /** Runs in this JVM: for what ends by itself. */
    static Outcome run(Map<String, String> environment, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Main.run(environment, new PrintWriter(out), new PrintWriter(err), arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** Starts the program in a JVM of its own, in that directory. */
    static Running start(Path directory, String... arguments) throws IOException {
        return start(Main.class, directory, arguments);
    }

    /** Starts some main class in a JVM of its own. */
    static Running start(Class<?> main, Path directory, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(directory, "stderr", "");
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXCAR_") || name.startsWith("MP_"));
        builder.environment().put("BOXCAR_HTTP", "off"); // its port is fixed unless a test says another
        Process process = builder.start();
        return new Running(process, process.inputReader(UTF_8), err);
    }

    /** A program at work; closing it ends it by force. */
    record Running(Process process, BufferedReader out, Path errFile) implements AutoCloseable {

        /** The next line on standard output. A program that says nothing is ended by the test's time-out. */
        String line() throws IOException {
            return String.valueOf(out.readLine());
        }

        /** Waits for the end. */
        Outcome end() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
                throw new AssertionError("still running: " + Files.readString(errFile));
            }
            var rest = new StringWriter();
            out.transferTo(rest);
            return new Outcome(process.exitValue(), rest.toString(), Files.readString(errFile));
        }

        Outcome signal(String name) throws IOException, InterruptedException {
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
