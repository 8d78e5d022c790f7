// SPDX-License-Identifier: Apache-2.0
/**
 * {@code relay import}: reads the configuration of another mail server and prints one for the relay.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.migrate.RelayImportCommand}, then
 * {@link dev.boxcar.cli.migrate.PostfixConversion}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> the relay's options in Java; it writes a file that the relay reads.
 */
@NullMarked
package dev.boxcar.cli.migrate;

import org.jspecify.annotations.NullMarked;
