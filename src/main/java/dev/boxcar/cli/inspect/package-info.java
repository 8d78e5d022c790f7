// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that look at the configuration of a relay before it runs: {@code relay check} and {@code relay route}.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.inspect.RelayCheckCommand}, then
 * {@link dev.boxcar.cli.inspect.HostProbe}.
 *
 * <p><b>Threads:</b> the main thread; a probe runs on an event loop of its own.
 *
 * <p><b>Must not know:</b> the queue, the spool.
 */
@NullMarked
package dev.boxcar.cli.inspect;

import org.jspecify.annotations.NullMarked;
