// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every kind of connection with every size of piece that bytes arrive in. */
final class Deliveries {
    private static final int[] CHUNKS = {1, 2, 3, Integer.MAX_VALUE};

    private Deliveries() {}

    static Stream<Arguments> all() {
        return Arrays.stream(Wire.values())
                .flatMap(wire -> IntStream.of(CHUNKS).mapToObj(chunk -> Arguments.of(wire, chunk)));
    }
}
