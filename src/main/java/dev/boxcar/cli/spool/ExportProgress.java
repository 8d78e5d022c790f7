// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows the progress of an export on a terminal: one line, updated a few times per second and cleared at the end. Shows
 * nothing if standard error is not a terminal. Confined to one thread.
 */
final class ExportProgress implements AutoCloseable {
    private static final long INTERVAL_NANOS = 200_000_000L;

    private final PrintWriter terminal;
    private final boolean shown;
    private final LongSupplier nanos;
    private long last;
    private int width;

    ExportProgress(PrintWriter terminal, boolean shown, LongSupplier nanos) {
        this.terminal = terminal;
        this.shown = shown;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    static ExportProgress on(PrintWriter standardError) {
        return new ExportProgress(standardError, isTerminal(), System::nanoTime);
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
    void update(long messages, long of, long bytes) {
        if (!shown || nanos.getAsLong() - last < INTERVAL_NANOS) {
            return;
        }
        last = nanos.getAsLong();
        long percent = of == 0 ? 100 : messages * 100 / of;
        show(messages + " of " + of + " messages (" + percent + " %), " + (bytes >> 20) + " MiB");
    }

    private void show(String line) {
        terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        terminal.flush();
        width = line.length();
    }

    /** Clears the line. To be called before anything else is printed. */
    void clear() {
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
