// SPDX-License-Identifier: Apache-2.0
/**
 * The maildrop: a directory beside the queue, into which any program of the machine puts mail, also while the relay is
 * down. The relay moves the mail into its queue.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.maildrop.MaildropWriter} and
 * {@link dev.boxcar.relay.maildrop.MaildropPickup}.
 *
 * <p><b>Threads:</b> the writer belongs to one thread; the pickup has a thread of its own, which blocks.
 *
 * <p><b>Must not know:</b> how the relay delivers.
 */
@NullMarked
package dev.boxcar.relay.maildrop;

import org.jspecify.annotations.NullMarked;
