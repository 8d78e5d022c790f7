// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Verb;

/**
 * A complete message that the sink has not stored yet.
 *
 * @param id its queue id
 * @param bytes its size
 * @param recipients the number of its recipients
 * @param verb the command that is answered when it is stored: DATA or BDAT
 * @param reply the place of that reply in the queue
 * @param sinceNanos since when it waits, on the loop's clock
 */
public record PendingCommit(String id, long bytes, int recipients, Verb verb, DeferredReply reply, long sinceNanos) {}
