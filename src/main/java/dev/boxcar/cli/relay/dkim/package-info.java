// SPDX-License-Identifier: Apache-2.0
/**
 * The options of the relay about signatures, and the command that makes a key.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.relay.dkim.DkimOptions}.
 *
 * <p><b>Threads:</b> the main thread, and the thread of a signal.
 *
 * <p><b>Must not know:</b> the other commands.
 */
@NullMarked
package dev.boxcar.cli.relay.dkim;

import org.jspecify.annotations.NullMarked;
