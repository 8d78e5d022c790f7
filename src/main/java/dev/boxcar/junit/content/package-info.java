// SPDX-License-Identifier: Apache-2.0
/**
 * The content of a message as tests want it: header fields, texts, attachments, links, one-time codes.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.junit.content.DecodedContent}, the only class of the extension that needs a
 * library (mime4j).
 *
 * <p><b>Threads:</b> none of its own; any thread may call.
 *
 * <p><b>Must not know:</b> JUnit, the server, sessions.
 */
@NullMarked
package dev.boxcar.junit.content;

import org.jspecify.annotations.NullMarked;
