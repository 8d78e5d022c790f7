// SPDX-License-Identifier: Apache-2.0
/**
 * Ready-made producers: a stream, lines, and wrappers that join, chunk, escape or observe the output of others.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.Producer}, the interface; then
 * {@link dev.boxcar.async.producer.StreamProducer}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread, except the reads of a stream, which run on workers.
 *
 * <p><b>Must not know:</b> protocols. Chunks and escaped dots are encodings of bytes.
 */
@NullMarked
@PublicApi
package dev.boxcar.async.producer;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
