// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Test arguments: every kind of connection with every size of the pieces that input arrives in. */
final class InputSizes {
    private static final int[] CHUNKS = {1, 2, 3, Integer.MAX_VALUE};

    private InputSizes() {}

    static Stream<Arguments> all() {
        return Arrays.stream(ConnectionType.values())
                .flatMap(wire -> IntStream.of(CHUNKS).mapToObj(chunk -> Arguments.of(wire, chunk)));
    }
}
