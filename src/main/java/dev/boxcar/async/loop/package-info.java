// SPDX-License-Identifier: Apache-2.0
/**
 * Internals of the event loop: its thread, its tasks, the wait on its selector, and the channels that it must visit
 * without a selector event.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.loop.SelectorWait}. Programs use {@code dev.boxcar.async.EventLoop}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread, except {@link dev.boxcar.async.loop.TaskQueue#add} and
 * the questions that {@link dev.boxcar.async.loop.LoopThread} answers.
 *
 * <p><b>Must not know:</b> dispatchers, bytes, protocols.
 */
@NullMarked
package dev.boxcar.async.loop;

import org.jspecify.annotations.NullMarked;
