// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** Carries bytes unchanged through one end of a pipe, in that end's one direction. Confined to the loop thread. */
final class PipeTransport implements Transport {
    private final SelectableChannel end;
    private final Pipe.@Nullable SourceChannel source;
    private final Pipe.@Nullable SinkChannel sink;

    PipeTransport(Pipe.SourceChannel source) {
        this.end = source;
        this.source = source;
        this.sink = null;
    }

    PipeTransport(Pipe.SinkChannel sink) {
        this.end = sink;
        this.source = null;
        this.sink = sink;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return source == null ? -1 : source.read(target);
    }

    @Override
    public long write(@Nullable ByteBuffer[] sources, int count) throws IOException {
        if (sink == null) {
            throw new IllegalStateException("cannot write to the source end of a pipe");
        }
        return count == 1 ? sink.write(sources[0]) : sink.write(sources, 0, count);
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (sink != null) {
            sink.close();
        }
    }

    @Override
    public void close() throws IOException {
        end.close();
    }
}
