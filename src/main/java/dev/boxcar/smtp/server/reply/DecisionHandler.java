// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Handles a port's answer to a question of a session. Each method that returns a reply may return
 * {@link Replies#LATER}. Confined to the loop thread.
 */
@FunctionalInterface
public interface DecisionHandler {

    /**
     * The port accepts: carries the command out and returns its reply.
     *
     * @param reply the port's own reply; null if the session is to use its usual one
     */
    Reply accepted(@Nullable Reply reply);

    /** The port refuses: undoes what the command has begun. */
    default void undo() {}

    /** The port refuses with this reply; returns the reply to give. */
    default Reply refused(Reply reply) {
        undo();
        return reply;
    }

    /** The session has ended before the answer: releases everything that the command holds. */
    default void dropped() {}
}
