// SPDX-License-Identifier: Apache-2.0
/**
 * Where an option's value comes from if it is not on the command line: {@code BOXCAR_…} variables, Mailpit's variables,
 * the configuration file. Also the error messages that name the place of an invalid value.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.source.OptionSources}.
 *
 * <p><b>Threads:</b> the main thread, while the command line is read.
 *
 * <p><b>Must not know:</b> individual options, except for the names in Mailpit's table and {@code listen}.
 */
@NullMarked
package dev.boxcar.cli.source;

import org.jspecify.annotations.NullMarked;
