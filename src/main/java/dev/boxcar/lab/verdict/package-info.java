// SPDX-License-Identifier: Apache-2.0
/**
 * Verdicts: what a client did right and wrong in a recorded session, each with its RFC and the items that prove it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.verdict.Verdicts}, then {@link dev.boxcar.lab.verdict.VerdictRule}, the
 * table of all rules, and {@link dev.boxcar.lab.verdict.Evidence}, which says what counts as proof.
 *
 * <p><b>Threads:</b> a verdict is a pure function of a record; any thread may judge.
 *
 * <p><b>Must not know:</b> scripts, the server, files, HTTP.
 */
@NullMarked
@PublicApi
package dev.boxcar.lab.verdict;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
