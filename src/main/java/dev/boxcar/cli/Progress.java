// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says on a terminal how far a long work is, on one line that is written over and wiped at the end; a few times a
 * second at most. Where standard error is no terminal, nothing is said. Confined to one thread.
 */
final class Progress implements AutoCloseable {
    private static final long EVERY_NANOS = 200_000_000L;

    private final PrintWriter terminal;
    private final boolean shown;
    private final LongSupplier nanos;
    private long last;
    private int width;

    Progress(PrintWriter terminal, boolean shown, LongSupplier nanos) {
        this.terminal = terminal;
        this.shown = shown;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    static Progress on(PrintWriter standardError) {
        return new Progress(standardError, isTerminal(), System::nanoTime);
    }

    /** The JDK cannot tell what standard error is; the system's {@code test} can, which inherits it. */
    private static boolean isTerminal() {
        try {
            Process test = new ProcessBuilder("test", "-t", "2")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false; // a system without it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void at(long messages, long of, long bytes) {
        if (!shown || nanos.getAsLong() - last < EVERY_NANOS) {
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

    /** Leaves an empty line behind: before anything else is said, and at the end. */
    void wipe() {
        if (width > 0) {
            show("");
            terminal.print("\r");
            terminal.flush();
            width = 0;
        }
    }

    @Override
    public void close() {
        wipe();
    }
}
