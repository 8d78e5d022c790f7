// SPDX-License-Identifier: Apache-2.0
/**
 * Durations and sizes as people write them: the one parser for each, used by options, configuration files, searches and
 * the API, so that {@code 30} or {@code 10kB} means the same everywhere.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.unit.DurationParser}, {@link dev.boxcar.unit.SizeParser}.
 *
 * <p><b>Threads:</b> any; there is no state.
 *
 * <p><b>Must not know:</b> any other package of the project.
 */
@NullMarked
package dev.boxcar.unit;

import org.jspecify.annotations.NullMarked;
