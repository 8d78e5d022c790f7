// SPDX-License-Identifier: Apache-2.0
/**
 * Groups of options that commands include as picocli mixins, and what they mean: each group turns its values into the
 * settings of one part of the program.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.option.SinkOptions}, which includes most of the other groups.
 *
 * <p><b>Threads:</b> the main thread. Picocli, or the models that the build generates, sets the fields.
 *
 * <p><b>Must not know:</b> the commands.
 */
@NullMarked
package dev.boxcar.cli.option;

import org.jspecify.annotations.NullMarked;
