// SPDX-License-Identifier: Apache-2.0
/**
 * Mail as people see it: headers decoded, parts taken apart, whatever the bytes are.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.mime.MimeParser}.
 *
 * <p><b>Threads:</b> none of its own; what is made here is immutable.
 *
 * <p><b>Knows nothing of:</b> spools, inboxes, searches. Broken and hostile mail is no failure here: what can be read
 * of it is shown.
 */
@NullMarked
package dev.boxcar.sink.mime;

import org.jspecify.annotations.NullMarked;
