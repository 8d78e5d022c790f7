// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import org.jspecify.annotations.Nullable;

/** Asks two faults of a session about each event; if both have a fault for it, the first wins. */
record SessionFaultsPair(ClientInfo client, SessionFaults first, SessionFaults second) implements SessionFaults {

    /** Combines the faults of two sources; if one of them has none, returns the others. */
    static @Nullable SessionFaults of(
            ClientInfo client, @Nullable SessionFaults first, @Nullable SessionFaults second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new SessionFaultsPair(client, first, second);
    }

    @Override
    public @Nullable SessionListener listener() {
        SessionListener one = first.listener();
        SessionListener other = second.listener();
        SessionListener.Source pair = (SessionPeer peer, long nanos) -> one;
        return pair.and((peer, nanos) -> other).opened(client, 0);
    }

    @Override
    public @Nullable Fault connected() {
        Fault fault = first.connected();
        return fault == null ? second.connected() : fault;
    }

    @Override
    public @Nullable Fault command(@Nullable Command command) {
        Fault fault = first.command(command);
        return fault == null ? second.command(command) : fault;
    }

    @Override
    public ConnectionDrop.@Nullable How content(byte[] bytes, int from, int to) {
        ConnectionDrop.How how = first.content(bytes, from, to);
        return how == null ? second.content(bytes, from, to) : how;
    }

    @Override
    public @Nullable Fault endOfData(long bytes) {
        Fault fault = first.endOfData(bytes);
        return fault == null ? second.endOfData(bytes) : fault;
    }

    @Override
    public TlsOffer handshake(TlsOffer usual) {
        return first.handshake(second.handshake(usual));
    }

    @Override
    public LineConditions line() {
        LineConditions line = first.line();
        return line.equals(LineConditions.NONE) ? second.line() : line;
    }

    @Override
    public void closed() {
        first.closed();
        second.closed();
    }
}
