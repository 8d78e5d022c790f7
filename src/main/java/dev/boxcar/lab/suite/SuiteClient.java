// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The client under test. Each run sends one message. */
public interface SuiteClient {
    /** The sender of every message. */
    String SENDER = "sender@client.example";

    /** The recipients of every message, if the client takes more than one. */
    List<String> RECIPIENTS = List.of("first@server.example", "second@server.example", "third@server.example");

    /** The recipients that it sends to: all of {@link #RECIPIENTS}, or the first. */
    List<String> recipients();

    /**
     * Sends the message and returns how that ended. After {@code limit} the run is ended by force.
     *
     * @throws IOException if the client cannot be started
     */
    Run run(Values values, Duration limit) throws IOException, InterruptedException;

    /**
     * How a run ended.
     *
     * @param status the exit status; -1 if it took too long and was killed
     * @param time how long it took
     * @param output the end of what the client printed
     */
    record Run(int status, Duration time, String output) {
        /** Whether it was killed. */
        public boolean tookTooLong() {
            return status < 0;
        }
    }

    /**
     * What the client is told.
     *
     * @param host the server's host
     * @param port the server's port
     * @param message a file with the message, with CRLF line ends
     * @param lfMessage the same with LF line ends
     */
    record Values(String host, int port, Path message, Path lfMessage) {}
}
