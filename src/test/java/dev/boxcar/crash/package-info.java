// SPDX-License-Identifier: Apache-2.0
/**
 * Kills the program at random instants and checks its promises. <b>Start here:</b> {@link dev.boxcar.crash.CrashIT}.
 */
@NullMarked
package dev.boxcar.crash;

import org.jspecify.annotations.NullMarked;
