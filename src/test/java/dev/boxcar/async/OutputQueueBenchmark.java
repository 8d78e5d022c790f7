// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.LoopBuffers;
import dev.boxcar.async.channel.SocketTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Output over a TCP connection to a reader on the same thread: time until all of it was received. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OutputQueueBenchmark {

    /** The output. */
    public enum Output {
        /** 1,000 replies. */
        REPLIES(1000, 40),
        /** 1 MiB in pieces that are copied together. */
        SMALL_PIECES(256, 4096),
        /** 1 MiB in pieces that are gathered as they are. */
        LARGE_PIECES(16, 64 * 1024);

        final int number;
        final int bytes;

        Output(int number, int bytes) {
            this.number = number;
            this.bytes = bytes;
        }
    }

    /** Produces the same piece a number of times. */
    private static final class RepeatedPiece implements Producer {
        private final byte[] piece;
        private int left;

        RepeatedPiece(byte[] piece, int left) {
            this.piece = piece;
            this.left = left;
        }

        @Override
        public State state() {
            return left > 0 ? State.READY : State.EXHAUSTED;
        }

        @Override
        public ByteBuffer more() {
            left--;
            return ByteBuffer.wrap(piece);
        }
    }

    @Param
    public Output output = Output.REPLIES;

    private final LoopBuffers buffers = new LoopBuffers();
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);
    private final SocketChannel writer;
    private final SocketChannel reader;
    private byte[] piece = {};

    /** Opens a connection. */
    public OutputQueueBenchmark() {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            writer = SocketChannel.open(listener.getLocalAddress());
            reader = listener.accept();
            writer.configureBlocking(false);
            reader.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the piece. */
    @Setup
    public void make() {
        piece = new byte[output.bytes];
    }

    /** Closes the connection. */
    @TearDown
    public void close() throws IOException {
        writer.close();
        reader.close();
    }

    /** Queues each piece by itself. */
    @Benchmark
    public long bytes() throws IOException {
        var queue = new OutputQueue();
        for (int i = 0; i < output.number; i++) {
            queue.add(BytesProducer.of(piece));
        }
        return sendAll(queue);
    }

    /** Queues one producer that makes all pieces on demand. */
    @Benchmark
    public long producer() throws IOException {
        var queue = new OutputQueue();
        queue.add(new RepeatedPiece(piece, output.number));
        return sendAll(queue);
    }

    /** Makes one write per piece, as asynchat's push does. */
    @Benchmark
    public long writePerPiece() throws IOException {
        long taken = 0;
        for (int i = 0; i < output.number; i++) {
            var left = ByteBuffer.wrap(piece);
            while (left.hasRemaining()) {
                writer.write(left);
                if (left.hasRemaining() || i % 64 == 0) {
                    taken += receive();
                }
            }
        }
        return receiveRest(taken);
    }

    private long sendAll(OutputQueue queue) throws IOException {
        var transport = new SocketTransport(writer);
        buffers.output().clear();
        long taken = 0;
        while (!queue.isEmpty()) {
            queue.send(transport, buffers, bytes -> {});
            taken += receive();
            queue.unblock();
        }
        return receiveRest(taken);
    }

    private long receiveRest(long sofar) throws IOException {
        long taken = sofar;
        while (taken < (long) output.number * output.bytes) {
            taken += receive();
        }
        return taken;
    }

    private long receive() throws IOException {
        return reader.read(received.clear());
    }
}
