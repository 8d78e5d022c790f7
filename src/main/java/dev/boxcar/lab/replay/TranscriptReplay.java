// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.lab.replay.ReplayOptions.Pacing;
import dev.boxcar.record.transcript.Dialogue;
import dev.boxcar.record.transcript.Dialogue.Move;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that plays a {@link Dialogue}: each segment in one write, as soon as the replies have come that the recorded
 * client had then. It ends at the first difference. Every wait has a timeout.
 *
 * <p>Confined to the loop thread.
 */
public final class TranscriptReplay extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(TranscriptReplay.class);
    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');
    private static final int MAX_LINE_BYTES = 8 * 1024;
    /** Between segments without a reply in between, so that the server reads each by itself. */
    private static final Duration GAP = Duration.ofMillis(5);
    /** How long the server must stay quiet after the last reply. */
    private static final Duration QUIET = Duration.ofMillis(100);

    private final List<Move> moves;
    private final Dialogue dialogue;
    private final ReplayOptions options;
    private final ReplyComparison replies = new ReplyComparison();
    private final Collector line = new Collector();
    private final Timer timeout;
    private final Timer pause;
    private int next;
    private boolean paused;
    /** Whether nothing has come from the server since the last segment. */
    private boolean segmentUnanswered;

    private boolean handshaking;
    private boolean over;
    private @Nullable ReplayDifference difference;
    private @Nullable IOException failure;

    private TranscriptReplay(EventLoop loop, Dialogue dialogue, ReplayOptions options) {
        super(loop);
        this.dialogue = dialogue;
        this.moves = dialogue.moves();
        this.options = options;
        this.timeout = loop.schedule(options.timeout(), this::timedOut);
        this.pause = loop.schedule(options.timeout(), this::pauseEnded);
        pause.cancel();
        setTerminator(LINE);
    }

    /**
     * Plays the dialogue against a server. Returns the first difference, or null if there is none.
     *
     * @throws IOException if the connection cannot be made
     */
    public static @Nullable ReplayDifference play(Dialogue dialogue, InetSocketAddress server, ReplayOptions options)
            throws IOException {
        if (dialogue.usesTls() && options.tls() == null) {
            throw new IOException("the transcript uses TLS, and this replay has no settings for it");
        }
        try (var loop = EventLoop.open("replay")) {
            var replay = new TranscriptReplay(loop, dialogue, options);
            try {
                replay.connect(server);
            } catch (IOException e) {
                replay.handleError(e);
            }
            loop.run();
            if (replay.failure != null) {
                throw new IOException(server + ": " + replay.failure.getMessage(), replay.failure);
            }
            return replay.difference;
        }
    }

    // the moves

    @Override
    protected void handleConnect() throws IOException {
        if (dialogue.insideTls()) {
            handshaking = true;
            continueInTls(tls());
        } else {
            proceed();
        }
    }

    @Override
    protected void handleSecured(SSLSession session) throws IOException {
        handshaking = false;
        progressed();
        proceed();
    }

    private TlsSettings tls() {
        return Objects.requireNonNull(options.tls(), "the TLS settings");
    }

    /** Makes every move that is possible now. */
    private void proceed() throws IOException {
        while (!over && !handshaking && next < moves.size()) {
            Move move = moves.get(next);
            if (replies.missing() > move.owed() || mustPause(move)) {
                return;
            }
            paused = false;
            next++;
            make(move);
            progressed();
        }
        if (!over && next == moves.size() && replies.missing() == 0 && !dialogue.serverEnds()) {
            loop().reschedule(pause, QUIET);
        }
    }

    private boolean mustPause(Move move) {
        if (paused || next == 0) {
            return pause.isScheduled();
        }
        Duration time = options.pacing() == Pacing.AS_RECORDED ? move.after() : Duration.ZERO;
        if (time.isZero() && segmentUnanswered) {
            time = GAP;
        }
        if (time.isZero()) {
            return false;
        }
        paused = true;
        loop().reschedule(timeout, options.timeout().plus(time));
        loop().reschedule(pause, time);
        return true;
    }

    private void pauseEnded() {
        if (next == moves.size()) {
            end(null); // the server has stayed quiet
            return;
        }
        try {
            proceed();
        } catch (IOException e) {
            handleError(e);
        }
    }

    private void make(Move move) throws IOException {
        replies.expect(move.expected());
        switch (move.kind()) {
            case SEGMENT -> {
                if (move.bytes().length > 0) {
                    push(move.bytes());
                    flush(); // a segment of its own
                    segmentUnanswered = true;
                }
            }
            case HANDSHAKE -> {
                handshaking = true;
                startTls(tls());
            }
            case HALF_CLOSE -> shutdownWhenDone();
        }
    }

    // the replies

    @Override
    protected boolean pausesAtHighWater() {
        return false; // the server may accept no more before its replies are read
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, MAX_LINE_BYTES);
    }

    @Override
    protected void inputReleased() {
        line.keep();
    }

    @Override
    protected void foundTerminator() throws IOException {
        String text = line.overflowed()
                ? "a line of more than " + MAX_LINE_BYTES + " bytes"
                : new String(line.bytes(), line.from(), line.to() - line.from(), UTF_8);
        line.clear();
        segmentUnanswered = false;
        ReplayDifference found = replies.line(text);
        if (found != null) {
            end(found);
            return;
        }
        progressed();
        proceed();
    }

    // the end

    private void progressed() {
        if (!over) {
            loop().reschedule(timeout, options.timeout());
        }
    }

    private void timedOut() {
        if (!isConnected()) {
            failure =
                    new IOException("no connection within " + options.timeout().toMillis() + " ms");
            end(null);
            return;
        }
        instead("nothing within " + options.timeout().toMillis() + " ms");
    }

    @Override
    protected void handleEnd() {
        boolean isExpected = dialogue.serverEnds() && replies.missing() == 0 && remainingExpectNothing();
        if (isExpected) {
            end(null);
        } else {
            instead("the server closed the connection");
        }
    }

    @Override
    protected void handleClose() {
        handleEnd();
    }

    @Override
    protected void handleTlsFailure(TlsFailure tlsFailure) {
        instead("TLS failed: " + tlsFailure.getMessage());
    }

    @Override
    protected void handleError(Exception cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("{} failed", this, cause);
        }
        if (next == 0) {
            failure = cause instanceof IOException io ? io : new IOException(cause);
            end(null);
        } else {
            handleEnd(); // such as a reset
        }
    }

    @Override
    protected void closed() {
        end(null);
    }

    private boolean remainingExpectNothing() {
        return moves.subList(next, moves.size()).stream()
                .allMatch(move -> move.expected().isEmpty());
    }

    private void instead(String actual) {
        Move last = moves.get(Math.min(next, moves.size() - 1));
        String otherwise = handshaking
                ? "a TLS handshake"
                : next == moves.size() && dialogue.serverEnds()
                        ? "the end of the connection"
                        : next == moves.size() ? "an open connection" : "what is sent here to be accepted";
        end(replies.instead(actual, last.line(), otherwise));
    }

    private void end(@Nullable ReplayDifference found) {
        if (over) {
            return;
        }
        over = true;
        difference = found;
        timeout.cancel();
        pause.cancel();
        close();
    }
}
