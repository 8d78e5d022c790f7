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
 * Asks one host for one thing: lines for the header, then a count, chunks, or no terminator at all for the body, which
 * is shown as it comes. Ends in one way or another, and says so once.
 *
 * <p>Confined to the loop thread.
 */
final class HttpChat extends AsyncChat {
    /** A line may end in LF alone (RFC 9112 §2.2). */
    private static final Terminator LINE = Terminator.of((byte) '\n');

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int LONGEST_HEADER = 256 * 1024;

    /** What comes next. */
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
    private final Readout.Voice voice;
    private final Duration patience;
    private final BooleanSupplier mayRead;
    private final Timer silence;
    private final Collector line = new Collector();
    private Part part = Part.STATUS;
    private @Nullable HttpHead head;
    private int headerBytes;
    private boolean over;

    /** {@code voice} is told what comes; {@code patience} is how long the host may be silent, while {@code mayRead}. */
    HttpChat(EventLoop loop, HttpUrl url, Readout.Voice voice, Duration patience, BooleanSupplier mayRead) {
        super(loop);
        this.url = url;
        this.voice = voice;
        this.patience = patience;
        this.mayRead = mayRead;
        this.silence = loop.schedule(patience, this::silent);
        setTerminator(LINE);
    }

    /** Begins: looks the name up, connects, asks. */
    void begin() {
        try {
            connect(url.address());
        } catch (IOException e) {
            handleError(e);
        }
    }

    @Override
    protected void handleConnect() {
        heard();
        push(("GET " + url.target() + " HTTP/1.1\r\nHost: " + url.authority()
                        + "\r\nUser-Agent: boxcar-fetch\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(US_ASCII));
    }

    // what comes

    @Override
    protected boolean mayDispatch() {
        return mayRead.getAsBoolean();
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        heard();
        switch (part) {
            case COUNTED, UNTIL_CLOSE, CHUNK -> voice.body(Arrays.copyOfRange(bytes, from, to));
            case STATUS, FIELDS, CHUNK_LENGTH, CHUNK_END, TRAILER -> {
                line.collect(bytes, from, to, LONGEST_LINE);
                if (line.overflowed()) {
                    end("a line of more than " + LONGEST_LINE + " octets");
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
                head = HttpHead.of(text);
                part = Part.FIELDS;
                showHeader(bytes);
            }
            case FIELDS -> {
                showHeader(bytes);
                if (text.isEmpty()) {
                    endHeader();
                } else {
                    head().field(text);
                }
            }
            case CHUNK_LENGTH -> beginChunk(HttpHead.chunkLength(text));
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new ProtocolException("a chunk that goes on behind its end: " + HttpHead.shown(text));
                }
                part = Part.CHUNK_LENGTH;
            }
            case TRAILER -> {
                countHeader(bytes);
                if (text.isEmpty()) {
                    end(null);
                }
            }
            case COUNTED, UNTIL_CLOSE, CHUNK -> throw new IllegalStateException("no lines in " + part);
        }
    }

    private void showHeader(byte[] bytes) throws ProtocolException {
        countHeader(bytes);
        byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
        ended[bytes.length] = '\n';
        voice.header(ended);
    }

    private void countHeader(byte[] bytes) throws ProtocolException {
        headerBytes += bytes.length + 1;
        if (headerBytes > LONGEST_HEADER) {
            throw new ProtocolException("a header of more than " + LONGEST_HEADER + " octets");
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

    private HttpHead head() {
        if (head == null) {
            throw new IllegalStateException("no status line yet");
        }
        return head;
    }

    // how it ends

    @Override
    protected void handleEnd() {
        switch (part) {
            case UNTIL_CLOSE -> end(null);
            case STATUS -> end("it closed without an answer");
            case FIELDS -> end("it closed in the middle of the header");
            case COUNTED, CHUNK_LENGTH, CHUNK, CHUNK_END, TRAILER -> end("it closed in the middle of the body");
        }
    }

    @Override
    protected void handleClose() {
        end(head == null ? "the connection broke before an answer came" : "the connection broke in the middle");
    }

    @Override
    protected void handleError(Exception failure) {
        if (!(failure instanceof IOException)) {
            super.handleError(failure);
        }
        end(Failures.reasonOf(failure));
    }

    private void heard() {
        if (!over) {
            loop().reschedule(silence, patience);
        }
    }

    private void silent() {
        if (!mayRead.getAsBoolean()) {
            loop().reschedule(silence, patience); // it is we who do not listen
            return;
        }
        String after = isConnected() ? head == null ? "no answer" : "nothing more" : "no connection";
        end(after + " within " + Fetch.text(patience));
    }

    private void end(@Nullable String failure) {
        if (!over) {
            over = true;
            silence.cancel();
            close();
            voice.ended(failure);
        }
    }

    @Override
    protected void closed() {
        end("given up");
    }
}
