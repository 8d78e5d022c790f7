// SPDX-License-Identifier: Apache-2.0
/**
 * Builds messages from what a client of the API sends, as MIME, and stores them in the spool.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.compose.Draft}, then {@link dev.boxcar.web.compose.Submission}.
 *
 * <p><b>Threads:</b> none of its own. The values are immutable.
 *
 * <p><b>Must not know:</b> HTTP and JSON.
 */
@NullMarked
package dev.boxcar.web.compose;

import org.jspecify.annotations.NullMarked;
