// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import java.io.IOException;

/**
 * One thing that an agent can ask for.
 *
 * @param schema the JSON Schema of the arguments
 */
record MailTool(String name, String description, Effect effect, String schema, Action action) {

    /** What a call changes. */
    enum Effect {
        READS,
        CHANGES,
        DELETES
    }

    /** Runs a call. */
    @FunctionalInterface
    interface Action {
        /**
         * Returns the answer, a text that the agent reads, usually JSON.
         *
         * @throws IOException if the sink cannot be reached, or refuses; the message is for the agent
         * @throws IllegalArgumentException if an argument is wrong; the message is for the agent
         */
        String call(ToolArguments arguments) throws IOException, InterruptedException;
    }
}
