// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Prints the responses of several hosts as they arrive. When the output switches to another host, a heading names it. A
 * single response is printed without a heading: its body goes to standard output byte for byte, its header to standard
 * error. Confined to the loop thread.
 */
final class FetchOutput {
    private final Console console;
    private final boolean single;
    private final Runnable responseEnded;
    private @Nullable Response current;
    private boolean inLine;
    private int failures;

    /** {@code single} if there will be one response. Calls {@code responseEnded} at the end of each response. */
    FetchOutput(Console console, boolean single, Runnable responseEnded) {
        this.console = console;
        this.single = single;
        this.responseEnded = responseEnded;
    }

    /** How many responses failed. */
    int failures() {
        return failures;
    }

    /** The response of one host. */
    final class Response {
        private final String name;
        private final String heading;

        /** The response to request {@code number}. */
        Response(int number, HttpUrl url) {
            this.name = url.text();
            this.heading = "==== [" + number + "] " + url.text() + " ====\n";
        }

        void header(byte[] bytes) {
            if (single) {
                console.err(bytes);
            } else {
                print(bytes);
            }
        }

        void body(byte[] bytes) {
            if (single) {
                console.out(bytes);
            } else {
                print(bytes);
            }
        }

        private void print(byte[] bytes) {
            if (current != this) {
                console.out(((inLine ? "\n" : "") + heading).getBytes(UTF_8));
                current = this;
            }
            console.out(bytes);
            inLine = bytes[bytes.length - 1] != '\n';
        }

        /** The response has ended; {@code failure} says why if it is incomplete, otherwise it is null. */
        void ended(@Nullable String failure) {
            if (failure != null) {
                failures++;
                console.err(("boxcar: " + name + ": " + failure + "\n").getBytes(UTF_8));
            }
            responseEnded.run();
        }
    }
}
