// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of sessions: reads, writes, commands and replies with their times, and the groups that they form.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.record.Recorder}, then {@link dev.boxcar.record.SessionRecord}.
 *
 * <p><b>Threads:</b> a session is recorded on its loop; any thread may read its recording. A lock is held while a few
 * bytes are copied.
 *
 * <p><b>Must not know:</b> the server, files, HTTP, the content of messages.
 */
@NullMarked
package dev.boxcar.record;

import org.jspecify.annotations.NullMarked;
