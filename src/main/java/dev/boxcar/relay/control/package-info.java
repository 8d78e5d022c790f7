// SPDX-License-Identifier: Apache-2.0
/**
 * The door for operators: a Unix-domain socket in the spool directory, through which {@code boxcar queue} changes the
 * queue of a relay that runs.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.control.ControlServer}, then
 * {@link dev.boxcar.relay.control.ControlClient}.
 *
 * <p><b>Threads:</b> the server has a thread for each connection, of which there are few; they may block.
 *
 * <p><b>Must not know:</b> how a change is carried out.
 */
@NullMarked
package dev.boxcar.relay.control;

import org.jspecify.annotations.NullMarked;
