// SPDX-License-Identifier: Apache-2.0
/**
 * The values of options, and the picocli converters that read them: durations, sizes, counts, addresses, names.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.value.DurationConverter} as an example. A converter accepts a text or
 * throws a {@link picocli.CommandLine.TypeConversionException} whose message says what is wrong with it.
 *
 * <p><b>Threads:</b> the main thread, while the command line is read.
 *
 * <p><b>Must not know:</b> which option or command uses a value.
 */
@NullMarked
package dev.boxcar.cli.value;

import org.jspecify.annotations.NullMarked;
