// SPDX-License-Identifier: Apache-2.0
/**
 * Transcripts: a session written down as text, what the client sends and what the server must reply.
 * {@code src/test/resources/transcripts/README.md} explains the format.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.record.transcript.TranscriptExport} writes one,
 * {@link dev.boxcar.record.transcript.DialogueReader} reads one.
 *
 * <p><b>Threads:</b> no state beyond a call; any thread.
 *
 * <p><b>Must not know:</b> servers, sockets, files, HTTP.
 */
@NullMarked
package dev.boxcar.record.transcript;

import org.jspecify.annotations.NullMarked;
