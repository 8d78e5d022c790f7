// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command that runs the client. In each of its words these are replaced: {@code {host}}, {@code {port}},
 * {@code {from}}, {@code {to}} (the first recipient), {@code {recipients}} (all recipients, separated by commas),
 * {@code {message}} (a file with CRLF line ends) and {@code {lf-message}} (the same with LF). A word that contains
 * {@code {to...}} is repeated for each recipient; if it is nothing else and follows an option, so is the option.
 *
 * @param words the program and its arguments
 */
public record ClientCommand(List<String> words) implements SuiteClient {
    private static final String ALL = "{recipients}";
    private static final String EACH = "{to...}";
    private static final Duration KILL_TIME = Duration.ofSeconds(5);

    /** Copies the words. */
    public ClientCommand {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("the command is missing");
        }
        words = List.copyOf(words);
    }

    @Override
    public List<String> recipients() {
        boolean several = words.stream().anyMatch(word -> word.contains(ALL) || word.contains(EACH));
        return several ? RECIPIENTS : RECIPIENTS.subList(0, 1);
    }

    /** The words with everything filled in. */
    List<String> fill(Values values) {
        Map<String, String> texts = Map.of(
                "{host}",
                values.host(),
                "{port}",
                Integer.toString(values.port()),
                "{from}",
                SENDER,
                "{to}",
                RECIPIENTS.get(0),
                ALL,
                String.join(",", RECIPIENTS),
                "{message}",
                values.message().toString(),
                "{lf-message}",
                values.lfMessage().toString());
        var filled = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            for (Map.Entry<String, String> text : texts.entrySet()) {
                word = word.replace(text.getKey(), text.getValue());
            }
            if (!word.contains(EACH)) {
                filled.add(word);
                continue;
            }
            boolean hasOption = word.equals(EACH) && i > 0 && words.get(i - 1).matches("-.*[^-].*");
            for (int r = 0; r < RECIPIENTS.size(); r++) {
                if (hasOption && r > 0) {
                    filled.add(words.get(i - 1));
                }
                filled.add(word.replace(EACH, RECIPIENTS.get(r)));
            }
        }
        return filled;
    }

    /** Kills a client that takes too long, with the processes that it started. */
    @Override
    public Run run(Values values, Duration limit) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(fill(values)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new OutputTail(process.getInputStream());
        boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (!ended) {
            Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
            process.waitFor(KILL_TIME.toNanos(), TimeUnit.NANOSECONDS);
        }
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        return new Run(ended ? process.exitValue() : -1, time, output.text());
    }

    /** Reads what a process prints, on a thread of its own, and keeps the end of it. */
    private static final class OutputTail implements Runnable {
        private static final int MAX_BYTES = 4_096;
        private static final int JOIN_MILLIS = 500;

        private final InputStream in;
        private final Thread thread = new Thread(this, "client-output");
        private byte[] tail = {};

        OutputTail(InputStream in) {
            this.in = in;
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            byte[] buffer = new byte[MAX_BYTES];
            try {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    add(buffer, read);
                }
            } catch (IOException e) {
                // the process was killed: what it printed until then is enough
            }
        }

        private synchronized void add(byte[] bytes, int length) {
            byte[] joined = new byte[tail.length + length];
            System.arraycopy(tail, 0, joined, 0, tail.length);
            System.arraycopy(bytes, 0, joined, tail.length, length);
            int from = Math.max(0, joined.length - MAX_BYTES);
            tail = Arrays.copyOfRange(joined, from, joined.length);
        }

        /** What was kept. A process that the client left running may keep the output open, so the wait is short. */
        String text() throws InterruptedException {
            thread.join(JOIN_MILLIS);
            synchronized (this) {
                return new String(tail, UTF_8).strip();
            }
        }
    }
}
