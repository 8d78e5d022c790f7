// SPDX-License-Identifier: Apache-2.0
/**
 * {@code boxcar lab record} and {@code boxcar lab replay}: a recorded session as a transcript, and a transcript played
 * against a server.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.transcript.LabRecord} and {@link dev.boxcar.cli.transcript.LabReplay}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> the servers that {@code boxcar sink} and {@code boxcar lab} start.
 */
@NullMarked
package dev.boxcar.cli.transcript;

import org.jspecify.annotations.NullMarked;
