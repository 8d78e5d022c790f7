// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.producer.ChunkedProducer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.async.producer.EscapingProducer;
import dev.boxcar.async.producer.GlobbingProducer;
import dev.boxcar.async.producer.LinesProducer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of each producer compared with ready bytes: 1 MiB of text in lines of 76 characters, copied into a buffer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@org.openjdk.jmh.annotations.State(Scope.Thread)
public class ProducerBenchmark {
    private static final int BYTES = 1024 * 1024;
    private static final int SMALL_PIECE = 256;
    private static final String LINE = "x".repeat(76);

    private final ByteBuffer sent = ByteBuffer.allocateDirect(2 * BYTES);
    private byte[] text = {};

    @Setup
    public void prepare() {
        text = Arrays.copyOf((LINE + "\r\n").repeat(BYTES / 78 + 1).getBytes(US_ASCII), BYTES);
    }

    @Benchmark
    public int bytes() {
        return drain(BytesProducer.of(text));
    }

    @Benchmark
    public int smallPieces() {
        return drain(pieces());
    }

    @Benchmark
    public int globbingOfSmallPieces() {
        return drain(GlobbingProducer.of(pieces(), 8192));
    }

    @Benchmark
    public int escaping() {
        return drain(EscapingProducer.of(BytesProducer.of(text)));
    }

    @Benchmark
    public int chunkedSmallPieces() {
        return drain(ChunkedProducer.of(pieces()));
    }

    @Benchmark
    public int lines() {
        return drain(LinesProducer.of(Collections.nCopies(BYTES / 78, LINE)));
    }

    private Producer pieces() {
        var pieces = new Producer[BYTES / SMALL_PIECE];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = BytesProducer.of(ByteBuffer.wrap(text, i * SMALL_PIECE, SMALL_PIECE));
        }
        return CompositeProducer.of(pieces);
    }

    private int drain(Producer producer) {
        sent.clear();
        while (producer.state() == Producer.State.READY) {
            sent.put(producer.more());
        }
        return sent.position();
    }
}
