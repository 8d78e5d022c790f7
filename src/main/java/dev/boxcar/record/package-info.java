// SPDX-License-Identifier: Apache-2.0
/**
 * A session as it went: reads, writes, commands and replies with their times, and the flights and trains that they
 * make.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.record.Recorder}, then {@link dev.boxcar.record.SessionRecord}.
 *
 * <p><b>Threads:</b> a session is recorded on its loop, and looked at by any thread; a lock is held while a few bytes
 * are copied.
 *
 * <p><b>Knows nothing of:</b> files, HTTP, what a message holds.
 */
@NullMarked
package dev.boxcar.record;

import org.jspecify.annotations.NullMarked;
