// SPDX-License-Identifier: Apache-2.0
/**
 * Signs outgoing mail with DKIM (RFC 6376): reads and makes keys, chooses those that sign a message, and makes its
 * DKIM-Signature fields while the message is read once.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.sign.DkimSigner}, then {@link dev.boxcar.relay.sign.MessageSigning}.
 *
 * <p><b>Threads:</b> worker threads. An RSA signature takes a millisecond, so none is made on an event loop.
 *
 * <p><b>Must not know:</b> the queue, sessions with mail servers.
 */
@NullMarked
package dev.boxcar.relay.sign;

import org.jspecify.annotations.NullMarked;
