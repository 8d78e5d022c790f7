// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.session;

import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.admission.BannerSender;
import dev.boxcar.smtp.server.admission.ClientAdmission;
import dev.boxcar.smtp.server.admission.ImplicitTls;
import dev.boxcar.smtp.server.admission.ListenerRules;
import dev.boxcar.smtp.server.command.AuthInput;
import dev.boxcar.smtp.server.command.AuthVerifier;
import dev.boxcar.smtp.server.command.ChunkInput;
import dev.boxcar.smtp.server.command.CommandDispatcher;
import dev.boxcar.smtp.server.command.CommandInput;
import dev.boxcar.smtp.server.command.HandlerFactory;
import dev.boxcar.smtp.server.command.HelloCommands;
import dev.boxcar.smtp.server.command.LineClassifier;
import dev.boxcar.smtp.server.command.MessageCommitter;
import dev.boxcar.smtp.server.command.MessageInput;
import dev.boxcar.smtp.server.command.StartTlsCommand;
import dev.boxcar.smtp.server.command.TransactionCommands;
import dev.boxcar.smtp.server.command.VerifyCommand;
import dev.boxcar.smtp.server.command.XclientCommand;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputOffsets;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.context.SessionTimeouts;
import dev.boxcar.smtp.server.limit.SessionQuota;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.smtp.server.reply.FaultCheck;
import dev.boxcar.smtp.server.reply.PendingCommits;
import dev.boxcar.smtp.server.reply.PendingDecisions;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import dev.boxcar.smtp.server.transaction.TransactionState;
import dev.boxcar.smtp.server.transaction.UnqualifiedPaths;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the parts of one session, passes to each part the other parts that it uses, and keeps the parts that the
 * channel calls. Parts that few sessions need are created when they are first used, because most connections are idle.
 * Confined to the loop thread.
 */
final class SessionParts implements HandlerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionParts.class);

    private final LoopContext context;
    private final ClientState client;
    private final SessionChannel channel;
    private final InputOffsets offsets;
    private final TransactionState transaction;
    private final SessionQuota quota;
    private final ListenerRules rules;
    private final FaultCheck faults;
    private final ReplyQueue replies;
    private final PendingDecisions decisions;
    private final PendingCommits commits = new PendingCommits();
    private final PolicyCheck policy;
    private final SessionTimeouts timeouts;
    private final MessageCommitter committer;
    private final LineClassifier classifier = new LineClassifier();
    private final CommandInput commands;
    /** Created at the first AUTH. */
    private @Nullable AuthInput auth;
    /** Created at the first VRFY or EXPN. */
    private @Nullable VerifyCommand verify;
    /** Created at the first BDAT. */
    private @Nullable ChunkInput chunks;

    SessionParts(
            LoopContext context,
            ClientState client,
            SessionChannel channel,
            @Nullable SessionListener listener,
            @Nullable SessionFaults injected) {
        this.context = context;
        this.client = client;
        this.channel = channel;
        ServerContext server = context.server();
        this.offsets = new InputOffsets(listener, context.clock());
        this.transaction = new TransactionState(context.transactions());
        this.quota = new SessionQuota(server.addresses(), server.access().sessionRecipients(), context.clock());
        this.rules = new ListenerRules(server.tls(), server.authentication(), client);
        this.faults = injected == null ? context.noFaults() : FaultCheck.of(injected, context.loop(), channel);
        this.replies = new ReplyQueue(
                channel, server.replyOptions(), context.clock(), listener, faults, transaction::allowsUtf8);
        this.decisions = new PendingDecisions(context.loop(), replies, channel);
        this.policy = new PolicyCheck(server.ports().policy(), client, decisions);
        this.timeouts = new SessionTimeouts(context, channel, replies, decisions, commits);
        this.committer =
                new MessageCommitter(context, channel, transaction, policy, commits, replies, faults, timeouts);
        this.commands = new CommandInput(
                context, channel, client, dispatcher(server), decisions, replies, faults, offsets, classifier);
    }

    private CommandDispatcher dispatcher(ServerContext server) {
        var hello = new HelloCommands(server, client, rules, transaction, policy);
        var message = new MessageInput(transaction, replies, committer, channel, channel);
        UnqualifiedPaths unqualified = context.transactions().unqualifiedPaths();
        var mail = new TransactionCommands(
                client, server.capabilities(), transaction, quota, policy, message, unqualified);
        return new CommandDispatcher(server, client, rules, transaction, replies, hello, mail, this);
    }

    // ---- what the channel calls

    InputOffsets offsets() {
        return offsets;
    }

    TransactionState transaction() {
        return transaction;
    }

    ListenerRules rules() {
        return rules;
    }

    ReplyQueue replies() {
        return replies;
    }

    FaultCheck faults() {
        return faults;
    }

    SessionTimeouts timeouts() {
        return timeouts;
    }

    CommandInput commands() {
        return commands;
    }

    /** Whether every part allows the session to process input. */
    boolean allowInput() {
        return commits.haveRoom()
                && decisions.allowInput()
                && !commands.isHolding()
                && !replies.isDelayingError()
                && faults.allowInput();
    }

    /** The session has ended: stops the timer and releases everything that the parts hold. */
    void release() {
        timeouts.stop();
        faults.release();
        quota.release();
        commands.clear();
        if (auth != null) {
            auth.clear();
        }
        decisions.dropAll();
        transaction.end();
    }

    // ---- the start of a session

    ClientAdmission admission() {
        return admission(this::open);
    }

    private ClientAdmission admission(ClientAdmission.Continuation admitted) {
        return new ClientAdmission(rules, client, quota, replies, channel, channel, admitted);
    }

    /** The client is admitted: TLS comes first if its listener says so, then the banner. */
    private void open() throws IOException {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} client={} listener={} connected", channel, client.address(), client.listener());
        }
        client.setStartTlsOffered(rules.tlsOffer() != null);
        Fault fault = faults.connection();
        if (fault != null && endsAtOnce(fault)) {
            end(fault);
            return;
        }
        client.setRefused(
                fault != null && fault.reply() != null && fault.reply().isError());
        TlsOffer tls = context.server().tls();
        if (!rules.forbidClearText()) {
            banner().begin();
        } else if (tls == null) {
            throw new IllegalStateException("this server has no TLS");
        } else {
            new ImplicitTls(context.loop(), channel, channel, timeouts).begin(faults.handshake(tls));
        }
    }

    /**
     * Whether the connection ends at once. A reset before the banner is as near to a refused connection as one can get.
     * With implicit TLS, the end comes before the handshake.
     */
    private boolean endsAtOnce(Fault fault) {
        ConnectionDrop drop = fault.drop();
        return drop != null
                && drop.point() == ConnectionDrop.Point.BEFORE_REPLY
                && (drop.how() == ConnectionDrop.How.RST || rules.forbidClearText())
                && fault.delay().isZero();
    }

    private void end(Fault fault) {
        ConnectionDrop drop = fault.drop();
        if (drop != null && drop.how() == ConnectionDrop.How.RST) {
            channel.reset();
        } else {
            channel.close();
        }
    }

    BannerSender banner() {
        return new BannerSender(context.server(), client, policy, replies, timeouts, channel, channel);
    }

    /** After XCLIENT the session is that of another client: nothing that was said before counts. */
    private void restart() throws IOException {
        transaction.end();
        client.setRefused(false);
        banner().send();
    }

    // ---- handlers that few sessions need

    @Override
    public AuthInput auth(AuthenticationOptions authentication) {
        if (auth == null) {
            var verifier = new AuthVerifier(authentication, client, decisions, context.loop(), channel);
            auth = new AuthInput(
                    authentication,
                    context.server().hostname(),
                    client,
                    verifier,
                    replies,
                    channel,
                    offsets,
                    classifier);
        }
        return auth;
    }

    @Override
    public ChunkInput chunks() {
        if (chunks == null) {
            long maxMessageBytes = context.server().limits().messageBytes();
            chunks = new ChunkInput(transaction, policy, replies, committer, channel, maxMessageBytes);
        }
        return chunks;
    }

    @Override
    public StartTlsCommand startTls() {
        return new StartTlsCommand(rules, faults, replies, decisions, channel, channel);
    }

    @Override
    public VerifyCommand verify() {
        if (verify == null) {
            verify = new VerifyCommand(policy, replies);
        }
        return verify;
    }

    @Override
    public XclientCommand xclient() {
        return new XclientCommand(rules, transaction, admission(this::restart));
    }
}
