// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code boxcar lab} adds to a sink: the scripts that it begins with, and the sessions on the terminal.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.lab.LabSetup}, then {@link dev.boxcar.cli.lab.SessionPrinter}.
 *
 * <p><b>Threads:</b> sessions are printed on a thread of its own, so that a slow terminal delays no session.
 *
 * <p><b>Must not know:</b> how the server is started.
 */
@NullMarked
package dev.boxcar.cli.lab;

import org.jspecify.annotations.NullMarked;
