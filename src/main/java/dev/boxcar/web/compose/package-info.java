// SPDX-License-Identifier: Apache-2.0
/**
 * Messages made here, of what a client of the API gives: MIME entities, and their way into the spool.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.compose.Draft}, then {@link dev.boxcar.web.compose.Submission}.
 *
 * <p><b>Threads:</b> none of its own; values are immutable.
 *
 * <p><b>Knows nothing of:</b> HTTP, JSON.
 */
@NullMarked
package dev.boxcar.web.compose;

import org.jspecify.annotations.NullMarked;
