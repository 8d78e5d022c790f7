// SPDX-License-Identifier: Apache-2.0
/**
 * The language in which messages are asked for.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.search.Query}.
 *
 * <p><b>Threads:</b> none of its own; a query is immutable.
 *
 * <p><b>Knows nothing of:</b> where messages are kept; it asks a {@link dev.boxcar.sink.search.SearchableMessage}.
 */
@NullMarked
package dev.boxcar.sink.search;

import org.jspecify.annotations.NullMarked;
