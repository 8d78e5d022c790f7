// SPDX-License-Identifier: Apache-2.0
/**
 * A load generator: many connections that send one message over and over and check every reply.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.client.blast.Blast} and {@link dev.boxcar.smtp.client.blast.BlastPlan}.
 *
 * <p><b>Threads:</b> each {@code BlastLoop} with its connections is confined to one thread; {@code Blast} starts these
 * threads and adds up their results.
 *
 * <p><b>Must not know:</b> the SMTP server, files, the format of a report.
 */
@NullMarked
package dev.boxcar.smtp.client.blast;

import org.jspecify.annotations.NullMarked;
