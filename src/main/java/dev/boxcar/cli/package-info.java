// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: one class per sub-command, and the configuration that they read.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.Main}.
 *
 * <p><b>Threads:</b> the main thread sets everything up and waits; the house does the rest.
 */
@NullMarked
package dev.boxcar.cli;

import org.jspecify.annotations.NullMarked;
