// SPDX-License-Identifier: Apache-2.0
/**
 * Values as people write them: durations, sizes, addresses, the host of a listener and patterns. There is one parser
 * for each, used by options, configuration files, scripts, searches and the API, so that {@code 30}, {@code 10kB},
 * {@code localhost} or {@code *@x.example} means the same everywhere.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.unit.DurationParser}, {@link dev.boxcar.unit.SizeParser},
 * {@link dev.boxcar.unit.IpAddressText}, {@link dev.boxcar.unit.Glob}.
 *
 * <p><b>Threads:</b> any; there is no state.
 *
 * <p><b>Must not know:</b> any other package of the project.
 */
@NullMarked
package dev.boxcar.unit;

import org.jspecify.annotations.NullMarked;
