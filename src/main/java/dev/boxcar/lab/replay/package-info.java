// SPDX-License-Identifier: Apache-2.0
/**
 * Replays: a client that plays a transcript against any server and compares the replies.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.replay.TranscriptReplay}.
 *
 * <p><b>Threads:</b> {@link dev.boxcar.lab.replay.TranscriptReplay#play} runs an event loop of its own on the caller's
 * thread.
 *
 * <p><b>Must not know:</b> the server of this project, files, HTTP.
 */
@NullMarked
package dev.boxcar.lab.replay;

import org.jspecify.annotations.NullMarked;
