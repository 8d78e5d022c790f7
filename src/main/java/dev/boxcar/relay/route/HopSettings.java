// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.relay.rewrite.MailRewriting;
import java.util.List;

/**
 * How mail is sent to a next hop. Start from {@link #DEFAULTS}. Immutable.
 *
 * @param connections the maximum number of connections at the same time
 * @param messagesPerConnection the maximum number of messages over one connection
 * @param messagesPerMinute the maximum number of messages in any minute; 0: no limit
 * @param sources the addresses that connections come from, at most one of each family; the system chooses for a family
 *     that is missing
 * @param rewriting what is changed in the mail
 */
public record HopSettings(
        int connections,
        int messagesPerConnection,
        int messagesPerMinute,
        List<SourceAddress> sources,
        MailRewriting rewriting) {

    /** 20 connections of 100 messages each, no limit per minute, any address, unchanged mail. */
    public static final HopSettings DEFAULTS = new HopSettings(20, 100, 0, List.of(), MailRewriting.NONE);

    public HopSettings {
        if (connections < 1 || messagesPerConnection < 1 || messagesPerMinute < 0) {
            throw new IllegalArgumentException("a next hop needs at least one connection of one message");
        }
        sources = List.copyOf(sources);
    }

    /** Returns a copy with another {@link #connections}. */
    public HopSettings withConnections(int maximum) {
        return new HopSettings(maximum, messagesPerConnection, messagesPerMinute, sources, rewriting);
    }

    /**
     * The part of one of {@code relays} relays that send to the same servers: together they open no more connections
     * and send no more messages per minute than one relay would, but each at least one.
     */
    public HopSettings dividedAmong(int relays) {
        int perMinute = messagesPerMinute == 0 ? 0 : Math.max(1, messagesPerMinute / relays);
        return withConnections(Math.max(1, connections / relays)).withMessagesPerMinute(perMinute);
    }

    /** Returns a copy with another {@link #messagesPerConnection}. */
    public HopSettings withMessagesPerConnection(int maximum) {
        return new HopSettings(connections, maximum, messagesPerMinute, sources, rewriting);
    }

    /** Returns a copy with another {@link #messagesPerMinute}. */
    public HopSettings withMessagesPerMinute(int maximum) {
        return new HopSettings(connections, messagesPerConnection, maximum, sources, rewriting);
    }

    /** Returns a copy with other {@link #sources}. */
    public HopSettings withSources(List<SourceAddress> addresses) {
        return new HopSettings(connections, messagesPerConnection, messagesPerMinute, addresses, rewriting);
    }

    /** Returns a copy with another {@link #rewriting}. */
    public HopSettings withRewriting(MailRewriting other) {
        return new HopSettings(connections, messagesPerConnection, messagesPerMinute, sources, other);
    }
}
