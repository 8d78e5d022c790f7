// SPDX-License-Identifier: Apache-2.0
/**
 * The commands {@code sendmail} and {@code mailq}, with the options that other programs expect of them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.sendmail.SendmailCommand}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> how the relay delivers.
 */
@NullMarked
package dev.boxcar.cli.sendmail;

import org.jspecify.annotations.NullMarked;
