// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code boxcar relay}: its options, and how the parts of the relay are put together.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.relay.RelayCommand}, then {@link dev.boxcar.cli.relay.RelayStartup}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> the sink.
 */
@NullMarked
package dev.boxcar.cli.relay;

import org.jspecify.annotations.NullMarked;
