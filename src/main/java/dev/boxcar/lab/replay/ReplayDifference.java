// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.replay;

/**
 * The first place where a server did not do what the transcript says.
 *
 * @param line the number of the line in the transcript
 * @param expected what the transcript says
 * @param actual what the server did
 */
public record ReplayDifference(int line, String expected, String actual) {}
