// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Verb;

/**
 * A message that is complete and has no answer yet.
 *
 * @param id its queue id
 * @param verb the command that its end belongs to
 * @param reply the place that is kept for the answer
 * @param sinceNanos since when it waits, on the loop's clock
 */
record CommitReply(String id, long bytes, int recipients, Verb verb, LateReply reply, long sinceNanos) {}
