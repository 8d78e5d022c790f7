// SPDX-License-Identifier: Apache-2.0
/**
 * {@code boxcar lab suite}: runs a client command through the suite and reports the results.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.suite.LabSuite}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> how a case is judged.
 */
@NullMarked
package dev.boxcar.cli.suite;

import org.jspecify.annotations.NullMarked;
