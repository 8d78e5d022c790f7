// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/**
 * The result of one step of a {@link TerminatorSearch}. All channels of a loop share one, so it is valid only until the
 * next step of any of them. Confined to the loop thread.
 */
final class SearchResult {
    /** Whether the terminator was found. */
    boolean found;
    /** Whether the match includes assumed bytes. */
    boolean foundWithAssumedBytes;
    /** How many received bytes belong to the terminator that was found; 0 for a count. */
    int terminatorBytes;
    /** Where the step ended. */
    int end;
    /** Where the data in the bytes of the step ends. */
    int dataEnd;
    /**
     * If bytes of earlier pieces that were held back turned out to be data, they equal the bytes of
     * {@link TerminatorSearch#pattern} from this index to {@link #releasedTo}.
     */
    int releasedFrom;
    /** The end of those bytes in the pattern, exclusive. */
    int releasedTo;
}
