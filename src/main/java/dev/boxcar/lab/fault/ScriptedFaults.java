// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.Action;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.lab.script.SessionScripts;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.smtp.Chunk;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.ReplyHold;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the scripts of one session: the first rule that matches an event and is not used up applies. Confined to
 * the session's loop.
 */
final class ScriptedFaults implements SessionFaults {
    private final ClientInfo client;
    private final SessionScripts scripts;
    private final FaultLog log;
    private final FaultyTls tls;
    private final BannerDelay banner;
    private final Runnable onClose;
    private final SessionRules rules;
    private final SessionCounts counts;
    private final HeaderCapture header = new HeaderCapture();
    private boolean needsHeader;
    private LineConditions line = LineConditions.NONE;
    /** The rule that changed the last reply to EHLO; null if none did. */
    private @Nullable AppliedRule ehlo;
    /** What is wrong in the next TLS handshake; null for nothing. */
    private @Nullable TlsFault tlsFault;
    /** Whether the rules were asked about a drop in the message that is coming in. */
    private boolean bodyChecked;

    /** The faults of a session with its counters so far; {@code onClose} is called at its end. */
    ScriptedFaults(
            ClientInfo client,
            SessionScripts scripts,
            FaultLog log,
            FaultyTls tls,
            BannerDelay banner,
            SessionCounts counts,
            Runnable onClose) {
        this.client = client;
        this.counts = counts;
        this.scripts = scripts;
        this.log = log;
        this.tls = tls;
        this.banner = banner;
        this.rules = new SessionRules(scripts);
        this.onClose = onClose;
        update();
    }

    /** The session turns out to belong to this namespace, too. */
    void addNamespace(String namespace) {
        scripts.select(namespace);
        update();
    }

    private void update() {
        needsHeader = rules.needHeader();
        LineSettings settings = scripts.line();
        line = LineConditions.NONE
                .withRoundTrip(settings.rtt())
                .withJitter(settings.jitter(), settings.jitter().isZero() ? 0 : scripts.seed())
                .withBitsPerSecond(settings.rate())
                .withHold(settings.hold());
    }

    @Override
    public LineConditions line() {
        return line;
    }

    @Override
    public SessionListener listener() {
        return counts;
    }

    // ---- events

    @Override
    public @Nullable Fault connected() {
        Fault fault = fault(event(ScriptVerb.CONNECT, CommandPath.NONE, SessionEvent.MessageFacts.NONE), -1);
        return fault == null && line.equals(LineConditions.NONE) ? banner.next() : fault;
    }

    @Override
    public @Nullable Fault command(@Nullable Command command) {
        ScriptVerb verb = verb(command);
        CommandPath path = command == null ? CommandPath.NONE : CommandPath.of(command);
        counts.count(verb);
        if (verb == ScriptVerb.MAIL) {
            rules.setSender(path.address());
            beginMessage();
        }
        Fault fault = fault(event(verb, path, SessionEvent.MessageFacts.NONE), counts.lastItem());
        return fault == null && command != null ? refusedLie(command, path) : fault;
    }

    /** A LAST chunk is matched at the end of the message, not as a command. */
    private static @Nullable ScriptVerb verb(@Nullable Command command) {
        Verb verb = command == null ? null : command.verb();
        if (command == null || verb == null) {
            return null;
        }
        boolean isLast = verb == Verb.BDAT && Chunk.of(command).end() == Chunk.End.LAST;
        return isLast ? null : ScriptVerb.of(verb);
    }

    private void beginMessage() {
        header.reset();
        bodyChecked = false;
    }

    @Override
    public ConnectionDrop.@Nullable How content(byte[] bytes, int from, int to) {
        if (needsHeader) {
            header.take(bytes, from, to);
        }
        if (bodyChecked) {
            return null;
        }
        bodyChecked = true;
        var event = new SessionEvent(
                ScriptVerb.END, counts.ofNextEnd(), CommandPath.NONE, SessionEvent.MessageFacts.NONE, clientFacts());
        AppliedRule applied = rules.applyInBody(event);
        Drop drop = applied == null ? null : applied.rule().action().drop();
        if (applied == null || drop == null) {
            return null;
        }
        stamp(applied, counts.nextItem(), ActionFaults.describe(applied.rule().action(), null));
        return ActionFaults.how(drop.how());
    }

    @Override
    public @Nullable Fault endOfData(long bytes) {
        counts.countEnd();
        var facts = new SessionEvent.MessageFacts(bytes, header.fields());
        beginMessage();
        return fault(event(ScriptVerb.END, CommandPath.NONE, facts), counts.lastItem());
    }

    private SessionEvent event(@Nullable ScriptVerb verb, CommandPath path, SessionEvent.MessageFacts message) {
        return new SessionEvent(verb, counts.of(verb), path, message, clientFacts());
    }

    private SessionEvent.ClientFacts clientFacts() {
        InetSocketAddress address = client.remoteAddress();
        String peer = address == null ? "" : address.getAddress().getHostAddress();
        return new SessionEvent.ClientFacts(peer, client.insideTls());
    }

    @Override
    public TlsOffer handshake(TlsOffer usual) {
        return tlsFault == null ? usual : tls.offer(tlsFault, usual);
    }

    // ---- faults

    private @Nullable Fault fault(SessionEvent event, int item) {
        AppliedRule applied = rules.apply(event);
        if (event.verb() == ScriptVerb.EHLO) {
            ehlo = applied;
        } else if (event.verb() == ScriptVerb.CONNECT || event.verb() == ScriptVerb.STARTTLS) {
            tlsFault = applied == null ? null : applied.rule().action().tls();
        }
        if (applied == null) {
            return null;
        }
        Action action = applied.rule().action();
        stamp(applied, item, ActionFaults.describe(action, applied.reply()));
        return ActionFaults.fault(event.verb(), action, applied.reply(), hold(applied.script(), action.hold()));
    }

    /** The fault for a command that uses what EHLO offered falsely; null for another command. */
    private @Nullable Fault refusedLie(Command command, CommandPath path) {
        AppliedRule liar = ehlo;
        Reply refusal = liar == null
                ? null
                : FaultedEhlo.refusal(command, path, liar.rule().action().ehlo().lie());
        if (liar == null || refusal == null) {
            return null;
        }
        stamp(liar, counts.lastItem(), "reply " + refusal.code());
        return Fault.NONE.withReply(refusal);
    }

    private void stamp(AppliedRule applied, int item, String done) {
        log.add(client.session(), new InjectedFault(applied.script().id(), applied.index(), item, done));
    }

    private static @Nullable ReplyHold hold(ActiveScript script, Action.Hold kind) {
        return switch (kind) {
            case NO -> null;
            case UNTIL_RELEASED -> script.hold();
            case FOREVER -> ReplyHold.endless();
        };
    }

    @Override
    public void closed() {
        onClose.run();
    }
}
