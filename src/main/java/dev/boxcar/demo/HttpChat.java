// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one URL. The header is read with LF as terminator. The body is read by a count of bytes, in chunks, or until
 * the connection ends. It is printed as it arrives. The end, with or without a failure, is reported once.
 *
 * <p>Confined to the loop thread.
 */
final class HttpChat extends AsyncChat {
    /** A line may end with LF alone (RFC 9112 §2.2). */
    private static final Terminator LINE = Terminator.of((byte) '\n');

    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 256 * 1024;

    /** The part of the response that is expected next. */
    private enum Part {
        STATUS,
        FIELDS,
        COUNTED,
        UNTIL_CLOSE,
        CHUNK_LENGTH,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private final HttpUrl url;
    private final FetchOutput.Response response;
    private final Duration timeout;
    private final BooleanSupplier mayRead;
    private final Timer silenceTimer;
    private final Collector line = new Collector();
    private Part part = Part.STATUS;
    private @Nullable HttpResponseHead head;
    private int headerBytes;
    private boolean over;

    /**
     * Prints to {@code response}. The host may be silent for {@code timeout}. Time during which {@code mayRead} is
     * false does not count.
     */
    HttpChat(EventLoop loop, HttpUrl url, FetchOutput.Response response, Duration timeout, BooleanSupplier mayRead) {
        super(loop);
        this.url = url;
        this.response = response;
        this.timeout = timeout;
        this.mayRead = mayRead;
        this.silenceTimer = loop.schedule(timeout, this::timedOut);
        setTerminator(LINE);
    }

    /** Looks the host name up, connects and sends the request. */
    void start() {
        try {
            connect(url.address());
        } catch (IOException e) {
            handleError(e);
        }
    }

    @Override
    protected void handleConnect() {
        received();
        push(("GET " + url.target() + " HTTP/1.1\r\nHost: " + url.authority()
                        + "\r\nUser-Agent: boxcar-fetch\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(US_ASCII));
    }

    // the response

    @Override
    protected boolean mayDispatch() {
        return mayRead.getAsBoolean();
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        received();
        switch (part) {
            case COUNTED, UNTIL_CLOSE, CHUNK -> response.body(Arrays.copyOfRange(bytes, from, to));
            case STATUS, FIELDS, CHUNK_LENGTH, CHUNK_END, TRAILER -> {
                line.collect(bytes, from, to, MAX_LINE_BYTES);
                if (line.overflowed()) {
                    end("a line is longer than " + MAX_LINE_BYTES + " bytes");
                }
            }
        }
    }

    @Override
    protected void inputReleased() {
        line.keep();
    }

    @Override
    protected void foundTerminator() {
        try {
            switch (part) {
                case COUNTED, UNTIL_CLOSE -> end(null);
                case CHUNK -> awaitLine(Part.CHUNK_END);
                case STATUS, FIELDS, CHUNK_LENGTH, CHUNK_END, TRAILER -> {
                    byte[] bytes = Arrays.copyOfRange(line.bytes(), line.from(), line.to());
                    line.clear();
                    takeLine(bytes);
                }
            }
        } catch (ProtocolException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private void takeLine(byte[] bytes) throws ProtocolException {
        String text = new String(bytes, ISO_8859_1).replaceFirst("\r$", "");
        switch (part) {
            case STATUS -> {
                head = HttpResponseHead.of(text);
                part = Part.FIELDS;
                printHeader(bytes);
            }
            case FIELDS -> {
                printHeader(bytes);
                if (text.isEmpty()) {
                    endHeader();
                } else {
                    head().field(text);
                }
            }
            case CHUNK_LENGTH -> beginChunk(HttpResponseHead.chunkLength(text));
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new ProtocolException("bytes after the end of a chunk: " + HttpResponseHead.quoted(text));
                }
                part = Part.CHUNK_LENGTH;
            }
            case TRAILER -> {
                countHeader(bytes);
                if (text.isEmpty()) {
                    end(null);
                }
            }
            case COUNTED, UNTIL_CLOSE, CHUNK -> throw new IllegalStateException("part " + part + " has no lines");
        }
    }

    private void printHeader(byte[] bytes) throws ProtocolException {
        countHeader(bytes);
        byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
        ended[bytes.length] = '\n';
        response.header(ended);
    }

    private void countHeader(byte[] bytes) throws ProtocolException {
        headerBytes += bytes.length + 1;
        if (headerBytes > MAX_HEADER_BYTES) {
            throw new ProtocolException("the header is longer than " + MAX_HEADER_BYTES + " bytes");
        }
    }

    private void endHeader() {
        if (head().isInterim()) {
            part = Part.STATUS;
            return;
        }
        switch (head().framing()) {
            case NO_BODY -> end(null);
            case COUNTED -> {
                part = Part.COUNTED;
                setTerminator(Terminator.count(head().length()));
            }
            case CHUNKED -> awaitLine(Part.CHUNK_LENGTH);
            case UNTIL_CLOSE -> {
                part = Part.UNTIL_CLOSE;
                setTerminator(Terminator.none());
            }
        }
    }

    private void beginChunk(long length) {
        if (length == 0) {
            part = Part.TRAILER;
        } else {
            part = Part.CHUNK;
            setTerminator(Terminator.count(length));
        }
    }

    private void awaitLine(Part next) {
        part = next;
        setTerminator(LINE);
    }

    private HttpResponseHead head() {
        if (head == null) {
            throw new IllegalStateException("there is no status line yet");
        }
        return head;
    }

    // the end

    @Override
    protected void handleEnd() {
        switch (part) {
            case UNTIL_CLOSE -> end(null);
            case STATUS -> end("the connection closed without a response");
            case FIELDS -> end("the connection closed in the middle of the header");
            case COUNTED, CHUNK_LENGTH, CHUNK, CHUNK_END, TRAILER ->
                end("the connection closed in the middle of the body");
        }
    }

    @Override
    protected void handleClose() {
        end(
                head == null
                        ? "the connection broke before the response"
                        : "the connection broke in the middle of the response");
    }

    @Override
    protected void handleError(Exception failure) {
        if (!(failure instanceof IOException)) {
            super.handleError(failure);
        }
        end(FailureText.reasonOf(failure));
    }

    private void received() {
        if (!over) {
            loop().reschedule(silenceTimer, timeout);
        }
    }

    private void timedOut() {
        if (!mayRead.getAsBoolean()) {
            loop().reschedule(silenceTimer, timeout); // the output is behind, so nothing is read
            return;
        }
        String missing = !isConnected() ? "no connection" : head == null ? "no response" : "no more of the response";
        end(missing + " within " + Fetch.text(timeout));
    }

    private void end(@Nullable String failure) {
        if (!over) {
            over = true;
            silenceTimer.cancel();
            close();
            response.ended(failure);
        }
    }

    @Override
    protected void closed() {
        end("canceled");
    }
}
