// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The search for a terminator compared with a byte loop and other methods: time to count the items of one input. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SearchBenchmark {
    private static final byte[] CRLF = bytes("\r\n");
    private static final byte[] DOT = bytes("\r\n.\r\n");
    private static final int MEGABYTE = 1024 * 1024;

    /** The input and its terminator. */
    public enum Input {
        /** 64 KiB of commands of 6 to 40 bytes, searched for CRLF. */
        COMMANDS(CRLF) {
            @Override
            byte[] bytes(Random random) {
                return lines(random, 64 * 1024, 6, 40, "MAIL RCPT abcdefghij<>@:=");
            }
        },
        /** 1 MiB without any line end, searched for CRLF. */
        NO_LINES(CRLF) {
            @Override
            byte[] bytes(Random random) {
                return lines(random, MEGABYTE, MEGABYTE, MEGABYTE + 1, "abcdefghijklmnopqrstuvwxyz0123456789+/");
            }
        },
        /** 1 MiB of base64 in lines of 76 characters, searched for CRLF.CRLF. */
        BASE64(DOT) {
            @Override
            byte[] bytes(Random random) {
                return lines(random, MEGABYTE, 76, 77, "abcdefghijklmnopqrstuvwxyz0123456789+/");
            }
        },
        /** 1 MiB of text in lines of 20 to 75 bytes, one byte of 60 a dot, searched for CRLF.CRLF. */
        PROSE(DOT) {
            @Override
            byte[] bytes(Random random) {
                return lines(random, MEGABYTE, 20, 75, "abcdefghijklmnopqrstuvwxyz ".repeat(2) + "aeiou.");
            }
        };

        final byte[] pattern;

        Input(byte[] pattern) {
            this.pattern = pattern;
        }

        abstract byte[] bytes(Random random);
    }

    @Param
    public Input input = Input.COMMANDS;

    private byte[] bytes = {};
    private byte[] pattern = {};
    private Terminator terminator = Terminator.none();
    private final SearchResult result = new SearchResult();
    private final TerminatorSearch search = new TerminatorSearch();

    /** Makes the bytes of one input, the same in every run. */
    @Setup
    public void make() {
        bytes = input.bytes(new Random(1999));
        pattern = input.pattern;
        terminator = Terminator.of(pattern);
    }

    /** The real search. */
    @Benchmark
    public int boxcar() {
        search.set(terminator);
        int items = 0;
        for (int at = 0; at < bytes.length; at = result.end) {
            search.step(bytes, at, bytes.length, result);
            items += result.found ? 1 : 0;
        }
        return items;
    }

    /** A byte loop with the same failure function. */
    @Benchmark
    public int byteLoop() {
        return AlternativeSearches.byteLoop(bytes, pattern, terminator.fallback);
    }

    /** Eight bytes at a time for the first byte, the rest byte by byte. */
    @Benchmark
    public int firstByte() {
        return AlternativeSearches.firstByte(bytes, pattern, terminator.fallback);
    }

    /** The same, with two words per iteration. */
    @Benchmark
    public int firstByteUnrolled() {
        return AlternativeSearches.firstByteUnrolled(bytes, pattern, terminator.fallback);
    }

    /** Eight bytes at a time for the first and the middle byte, even for a terminator of two bytes. */
    @Benchmark
    public int pair() {
        return AlternativeSearches.pair(bytes, pattern);
    }

    /** Horspool: compares the last byte first and skips as much as it allows. */
    @Benchmark
    public int horspool() {
        return AlternativeSearches.horspool(bytes, pattern);
    }

    /** The JDK's own vectorized search, on a copy, because only a String gives access to it. */
    @Benchmark
    public int string() {
        return AlternativeSearches.string(bytes, pattern);
    }

    private static byte[] lines(Random random, int length, int shortest, int longest, String alphabet) {
        var made = new ByteArrayOutputStream();
        while (made.size() < length) {
            int line = Math.min(length - made.size(), shortest + random.nextInt(longest - shortest));
            for (int i = 0; i < line; i++) {
                made.write(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (line < length) {
                made.writeBytes(CRLF);
            }
        }
        return made.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
