// SPDX-License-Identifier: Apache-2.0
/**
 * Carries out scripts in the sessions of a server: finds the rule for each event, and turns its action into a fault.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.fault.ScriptFaults}, the server's port; then
 * {@link dev.boxcar.lab.fault.FaultLog}, which says what was done to each session.
 *
 * <p><b>Threads:</b> a session's part is confined to the session's loop; the log may be used on any thread.
 *
 * <p><b>Must not know:</b> how a fault is carried out on the wire, how scripts are read, the sink.
 */
@NullMarked
package dev.boxcar.lab.fault;

import org.jspecify.annotations.NullMarked;
