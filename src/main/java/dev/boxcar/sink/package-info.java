// SPDX-License-Identifier: Apache-2.0
/**
 * The inbox: an index over a spool, for people and tests that look at the mail that was caught.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.Inbox}, then {@link dev.boxcar.sink.Namespace}.
 *
 * <p><b>Threads:</b> the thread that commits adds messages; any thread reads, marks and deletes; one thread of the
 * inbox's own takes messages apart, tells waiters and listeners, and prunes by age. One lock guards the index, and
 * nobody reads a file while holding it.
 *
 * <p><b>Knows nothing of:</b> HTTP, sessions' recordings, relaying.
 */
@NullMarked
package dev.boxcar.sink;

import org.jspecify.annotations.NullMarked;
