// SPDX-License-Identifier: Apache-2.0
/**
 * Options of the relay about what it changes in mail, how it sends it, and with which secrets: as flags, and as keys of
 * smarthosts and routes.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.relay.setting.RewriteOptions},
 * {@link dev.boxcar.cli.relay.setting.DestinationOptions}.
 *
 * <p><b>Threads:</b> the main thread, and the thread of a signal.
 *
 * <p><b>Must not know:</b> the commands.
 */
@NullMarked
package dev.boxcar.cli.relay.setting;

import org.jspecify.annotations.NullMarked;
