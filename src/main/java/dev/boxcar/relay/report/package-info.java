// SPDX-License-Identifier: Apache-2.0
/**
 * Delivery reports: messages that tell a sender what became of a message (RFC 3461, RFC 3464, RFC 6522).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.report.ReportWriter}.
 *
 * <p><b>Threads:</b> any thread. Writing a report reads the original message, and so may block.
 *
 * <p><b>Must not know:</b> the queue's schedule, the SMTP client.
 */
@NullMarked
package dev.boxcar.relay.report;

import org.jspecify.annotations.NullMarked;
