// SPDX-License-Identifier: Apache-2.0
/**
 * The inbox: the caught messages of a spool, for people and tests that list, search, wait for and delete them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.sink.Inbox}, then {@link dev.boxcar.sink.Namespace}.
 *
 * <p><b>Threads:</b> the thread that commits adds messages; any other thread reads, marks and deletes them; the inbox's
 * own thread ({@link dev.boxcar.sink.notify.Notifier}) scans new messages and notifies.
 *
 * <p><b>Must not know:</b> HTTP, recorded sessions, relaying.
 */
@NullMarked
package dev.boxcar.sink;

import org.jspecify.annotations.NullMarked;
