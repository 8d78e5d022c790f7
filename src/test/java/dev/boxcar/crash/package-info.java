// SPDX-License-Identifier: Apache-2.0
/** The program is killed at any instant, and what it promised is counted: {@link dev.boxcar.crash.CrashIT}. */
@NullMarked
package dev.boxcar.crash;

import org.jspecify.annotations.NullMarked;
