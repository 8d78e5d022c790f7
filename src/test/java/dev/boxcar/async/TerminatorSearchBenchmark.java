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

/** A short message that comes in two pieces, cut once at each place: time for all the cuts together. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class TerminatorSearchBenchmark {
    private static final byte[] MESSAGE =
            "Subject: a line\r\n\r\nof some octets\r\n.. and a dot\r\n.\r\n".getBytes(ISO_8859_1);

    private final Terminator terminator = Terminator.of("\r\n.\r\n".getBytes(ISO_8859_1));
    private final SearchResult step = new SearchResult();
    private final TerminatorSearch search = new TerminatorSearch();

    /** The search as it is used: it keeps a number between the pieces. */
    @Benchmark
    public int boxcar() {
        int found = 0;
        for (int cut = 1; cut < MESSAGE.length; cut++) {
            search.set(terminator);
            search.step(MESSAGE, 0, cut, step);
            search.step(MESSAGE, cut, MESSAGE.length, step);
            found += step.found ? 1 : 0;
        }
        return found;
    }

    /** As asynchat: what may be a beginning is kept in front of the next piece, and searched again. */
    @Benchmark
    public int keptInFront() {
        int found = 0;
        for (int cut = 1; cut < MESSAGE.length; cut++) {
            int kept = Math.min(cut, 4);
            while (kept > 0 && !endsWithBeginning(cut, kept)) {
                kept--;
            }
            var joined = new byte[kept + MESSAGE.length - cut];
            System.arraycopy(MESSAGE, cut - kept, joined, 0, joined.length);
            found += Searches.byteLoop(joined, terminator.bytes, terminator.fallback);
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
