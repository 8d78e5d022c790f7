// SPDX-License-Identifier: Apache-2.0
/**
 * The client suite: runs a mail client through scripted sessions and judges what it did in each.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.suite.SuiteCatalog}, the list of cases; then
 * {@link dev.boxcar.lab.suite.ClientSuite}, which runs them.
 *
 * <p><b>Threads:</b> the cases run one after the other on the caller's thread, which blocks; the server has a loop of
 * its own.
 *
 * <p><b>Must not know:</b> the command line, how results are shown.
 */
@NullMarked
package dev.boxcar.lab.suite;

import org.jspecify.annotations.NullMarked;
