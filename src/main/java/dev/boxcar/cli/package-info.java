// SPDX-License-Identifier: Apache-2.0
/**
 * The program {@code boxcar}: its commands, one class each, and how the server process starts and ends.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.Main}, then {@link dev.boxcar.cli.SinkCommand} and
 * {@link dev.boxcar.cli.SinkStartup}.
 *
 * <p><b>Threads:</b> commands run on the main thread. {@link dev.boxcar.cli.server.Shutdown} runs on the JVM's shutdown
 * hook.
 *
 * <p><b>May know</b> every other package; no other package may know this one. The build generates {@code WrittenModels}
 * here and in the packages below (see {@link dev.boxcar.cli.option.CommandModels}).
 */
@NullMarked
package dev.boxcar.cli;

import org.jspecify.annotations.NullMarked;
