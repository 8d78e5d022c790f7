// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.output;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows the progress of a command on a terminal: one line, updated a few times per second and cleared at the end. Shows
 * nothing if standard error is not a terminal. Confined to one thread.
 */
public final class ProgressLine implements AutoCloseable {
    private static final long INTERVAL_NANOS = 200_000_000L;

    private final PrintWriter terminal;
    private final boolean shown;
    private final LongSupplier nanos;
    private long last;
    private int width;

    /** {@code shown} is whether {@code terminal} is one. */
    public ProgressLine(PrintWriter terminal, boolean shown, LongSupplier nanos) {
        this.terminal = terminal;
        this.shown = shown;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    /** Shows the progress on standard error, if that is a terminal. */
    public static ProgressLine on(PrintWriter standardError) {
        return new ProgressLine(standardError, isTerminal(), System::nanoTime);
    }

    /** Whether standard error is a terminal. The JDK cannot tell, so this runs {@code test -t}, which inherits it. */
    private static boolean isTerminal() {
        try {
            Process test = new ProcessBuilder("test", "-t", "2")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false; // this system has no command "test"
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Reports how many of the messages are done, and their bytes. */
    public void update(long messages, long of, long bytes) {
        if (isDue()) {
            long percent = of == 0 ? 100 : messages * 100 / of;
            show(messages + " of " + of + " messages (" + percent + " %), " + (bytes >> 20) + " MiB");
        }
    }

    /** Reports how many messages are done, and their bytes, if it is not known how many there are. */
    public void update(long messages, long bytes) {
        if (isDue()) {
            show(messages + " messages, " + (bytes >> 20) + " MiB");
        }
    }

    /** Reports how many of the messages are done. */
    public void updateCount(long messages, long of) {
        if (isDue()) {
            show(messages + " of " + of + " messages");
        }
    }

    private boolean isDue() {
        if (!shown || nanos.getAsLong() - last < INTERVAL_NANOS) {
            return false;
        }
        last = nanos.getAsLong();
        return true;
    }

    private void show(String line) {
        terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        terminal.flush();
        width = line.length();
    }

    /** Clears the line. To be called before anything else is printed. */
    public void clear() {
        if (width > 0) {
            show("");
            terminal.print("\r");
            terminal.flush();
            width = 0;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
