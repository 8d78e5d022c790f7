// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/**
 * What one step of a {@link TerminatorSearch} came to: good until the next step of any channel of the loop, which all
 * share one. Confined to the loop thread.
 */
final class Cut {
    /** The terminator was met. */
    boolean found;
    /** It was met with bytes that were only assumed. */
    boolean foundWithAssumedBytes;
    /** How many bytes of it came, where it was met; none of a count. */
    int terminatorBytes;
    /** Where the step came to. */
    int end;
    /** How far the bytes of the step are data. */
    int dataEnd;
    /**
     * Bytes of earlier pieces that were held back and are data after all: {@link TerminatorSearch#pattern} from here
     */
    int freedFrom;
    /** to here, exclusive. */
    int freedTo;
}
