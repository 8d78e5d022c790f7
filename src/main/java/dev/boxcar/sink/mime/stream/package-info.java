// SPDX-License-Identifier: Apache-2.0
/**
 * Streams that repair or decode parts of malformed and old-fashioned mail: uuencoded files, line ends of CR alone, and
 * equals signs that quoted-printable text should have encoded.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.mime.stream.UuencodeStream}.
 *
 * <p><b>Threads:</b> each stream is confined to one thread.
 *
 * <p><b>Must not know:</b> the structure of messages.
 */
@NullMarked
package dev.boxcar.sink.mime.stream;

import org.jspecify.annotations.NullMarked;
