// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import java.util.List;

/**
 * The result of checking every byte of a spool.
 *
 * @param segments number of segments read
 * @param records number of undamaged records
 * @param problems what is damaged or missing, and where; one line each
 * @param unfinishedBytes bytes at the very end that no client was told are stored: they are being written now, or are a
 *     torn tail that the next start cuts
 */
public record Verification(int segments, long records, List<String> problems, long unfinishedBytes) {}
