// SPDX-License-Identifier: Apache-2.0
/**
 * What the commands and the log share for their output: text that is safe on a terminal, and JSON.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.output.TerminalText}.
 *
 * <p><b>Threads:</b> any; there is no state.
 *
 * <p><b>Must not know:</b> the commands.
 */
@NullMarked
package dev.boxcar.cli.output;

import org.jspecify.annotations.NullMarked;
