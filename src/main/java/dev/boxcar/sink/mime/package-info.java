// SPDX-License-Identifier: Apache-2.0
/**
 * Reads mail as people see it: header fields decoded, parts taken apart, texts in their character sets, however
 * malformed the message is.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.mime.MimeParser}; then {@link dev.boxcar.sink.mime.Headers} and
 * {@link dev.boxcar.sink.mime.Part}.
 *
 * <p><b>Threads:</b> none of its own; the values are immutable.
 *
 * <p><b>Must not know:</b> spools, inboxes, searches. Malformed and hostile mail is not a failure here: everything
 * readable is shown.
 */
@NullMarked
package dev.boxcar.sink.mime;

import org.jspecify.annotations.NullMarked;
