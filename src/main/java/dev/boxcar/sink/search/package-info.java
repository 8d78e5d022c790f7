// SPDX-License-Identifier: Apache-2.0
/**
 * The search language: reads a query and tells whether a message matches it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.search.Query}.
 *
 * <p><b>Threads:</b> none of its own; a query is immutable.
 *
 * <p><b>Must not know:</b> where messages are stored; it asks a {@link dev.boxcar.sink.search.SearchableMessage}.
 */
@NullMarked
package dev.boxcar.sink.search;

import org.jspecify.annotations.NullMarked;
