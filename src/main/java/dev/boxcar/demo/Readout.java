// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What several hosts say, as they say it: before another one speaks, a line says which. A host that speaks alone is
 * different: its body goes to standard output byte for byte, its header to standard error. Confined to the loop thread.
 */
final class Readout {
    private final Console console;
    private final boolean alone;
    private final Runnable oneEnded;
    private @Nullable Voice speaker;
    private boolean inLine;
    private int failures;

    /** {@code alone}: there will be one voice. {@code oneEnded} is called at the end of each. */
    Readout(Console console, boolean alone, Runnable oneEnded) {
        this.console = console;
        this.alone = alone;
        this.oneEnded = oneEnded;
    }

    /** How many voices ended in a failure. */
    int failures() {
        return failures;
    }

    /** One of those who speak. */
    final class Voice {
        private final String name;
        private final String heading;

        /** The {@code number}th of those who were asked. */
        Voice(int number, HttpUrl url) {
            this.name = url.text();
            this.heading = "==== [" + number + "] " + url.text() + " ====\n";
        }

        void header(byte[] bytes) {
            if (alone) {
                console.err(bytes);
            } else {
                speak(bytes);
            }
        }

        void body(byte[] bytes) {
            if (alone) {
                console.out(bytes);
            } else {
                speak(bytes);
            }
        }

        private void speak(byte[] bytes) {
            if (speaker != this) {
                console.out(((inLine ? "\n" : "") + heading).getBytes(UTF_8));
                speaker = this;
            }
            console.out(bytes);
            inLine = bytes[bytes.length - 1] != '\n';
        }

        /** It is over; {@code failure} says why if not all came. */
        void ended(@Nullable String failure) {
            if (failure != null) {
                failures++;
                console.err(("boxcar: " + name + ": " + failure + "\n").getBytes(UTF_8));
            }
            oneEnded.run();
        }
    }
}
