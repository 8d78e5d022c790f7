// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A short message in two pieces, split at each index in turn: time for all splits together. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class TerminatorSearchBenchmark {
    private static final byte[] MESSAGE =
            "Subject: a line\r\n\r\nof some bytes\r\n.. and a dot\r\n.\r\n".getBytes(ISO_8859_1);

    private final Terminator terminator = Terminator.of("\r\n.\r\n".getBytes(ISO_8859_1));
    private final SearchResult step = new SearchResult();
    private final TerminatorSearch search = new TerminatorSearch();

    /** The real search, which keeps a number between the pieces. */
    @Benchmark
    public int boxcar() {
        int found = 0;
        for (int split = 1; split < MESSAGE.length; split++) {
            search.set(terminator);
            search.step(MESSAGE, 0, split, step);
            search.step(MESSAGE, split, MESSAGE.length, step);
            found += step.found ? 1 : 0;
        }
        return found;
    }

    /** As asynchat does it: a possible prefix is put before the next piece and searched again. */
    @Benchmark
    public int keptInFront() {
        int found = 0;
        for (int split = 1; split < MESSAGE.length; split++) {
            int kept = Math.min(split, 4);
            while (kept > 0 && !endsWithBeginning(split, kept)) {
                kept--;
            }
            var joined = new byte[kept + MESSAGE.length - split];
            System.arraycopy(MESSAGE, split - kept, joined, 0, joined.length);
            found += AlternativeSearches.byteLoop(joined, terminator.bytes, terminator.fallback);
        }
        return found;
    }

    private boolean endsWithBeginning(int end, int length) {
        for (int i = 0; i < length; i++) {
            if (MESSAGE[end - length + i] != terminator.bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
