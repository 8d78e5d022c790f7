// SPDX-License-Identifier: Apache-2.0
/**
 * Decodes text by the labels that mail gives its character sets, and guesses where a label is missing or unknown.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.mime.charset.MailCharset}.
 *
 * <p><b>Threads:</b> none of its own; the values are immutable.
 *
 * <p><b>Must not know:</b> header fields, parts.
 */
@NullMarked
package dev.boxcar.sink.mime.charset;

import org.jspecify.annotations.NullMarked;
