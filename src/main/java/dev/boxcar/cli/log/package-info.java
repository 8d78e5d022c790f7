// SPDX-License-Identifier: Apache-2.0
/**
 * The program's log: one line per event on standard error, as text or JSON, through logback.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.log.Logging}.
 *
 * <p><b>Threads:</b> any thread may log. Logging never waits for the terminal, because one background thread writes all
 * lines.
 *
 * <p><b>Must not know:</b> options and commands.
 */
@NullMarked
package dev.boxcar.cli.log;

import org.jspecify.annotations.NullMarked;
