// SPDX-License-Identifier: Apache-2.0
/**
 * Reports what happens in an inbox: to clients that wait for matching messages, and to subscribers.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.notify.Notifier}, which is the inbox's own thread.
 *
 * <p><b>Threads:</b> waits and subscriptions are added from any thread; the notifier's thread reads new messages,
 * answers waits and delivers events.
 *
 * <p><b>Must not know:</b> HTTP, WebSockets, event streams.
 */
@NullMarked
package dev.boxcar.sink.notify;

import org.jspecify.annotations.NullMarked;
