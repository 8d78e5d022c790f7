// SPDX-License-Identifier: Apache-2.0
/**
 * The index in memory: which messages exist, in which namespaces, whether they are read, their tags, and the fields
 * that lists and searches need.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.index.MessageIndex}, then {@link dev.boxcar.sink.index.FieldsLoader}.
 *
 * <p><b>Threads:</b> any. One lock guards the index; no thread reads or writes a file while it holds that lock.
 *
 * <p><b>Must not know:</b> the clients that wait for messages or subscribe to events; HTTP; sessions.
 */
@NullMarked
package dev.boxcar.sink.index;

import org.jspecify.annotations.NullMarked;
