// SPDX-License-Identifier: Apache-2.0
/**
 * One message as the API and the page show it: the summary in a list, the full view, its attachments and tags.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.message.MessageSummary} and {@link dev.boxcar.sink.message.MessageView}.
 *
 * <p><b>Threads:</b> none of its own; the values are immutable.
 *
 * <p><b>Must not know:</b> the index, namespaces, JSON.
 */
@NullMarked
package dev.boxcar.sink.message;

import org.jspecify.annotations.NullMarked;
