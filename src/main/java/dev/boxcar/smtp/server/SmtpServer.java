// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.SessionCounter;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.listener.ListenerSet;
import dev.boxcar.smtp.server.listener.OpenListener;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.session.SmtpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SMTP server: its listeners run on the first of its event loops, its sessions are spread over all of them.
 *
 * <p>Any thread but the loops' own may call its methods.
 */
public final class SmtpServer {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);
    /** How long the last replies may take to leave when the server shuts down. */
    private static final Duration LAST_REPLIES_TIMEOUT = Duration.ofSeconds(10);

    /**
     * The configuration of a server.
     *
     * @param hostname the name in its banner (RFC 5321 §4.2)
     * @param loops the number of event loops that share the sessions, at least one
     * @param limits the limits of each session
     * @param extensions what the reply to EHLO offers
     * @param access the limits per address, and on time
     * @param spin how long a loop polls for input before it sleeps ({@link EventLoop#spinBeforeSleep}); usually zero
     */
    public record Options(
            String hostname, int loops, Limits limits, Set<Extension> extensions, Access access, Duration spin) {
        /** Options for loops that sleep as soon as they have nothing to do. */
        public Options(String hostname, int loops, Limits limits, Set<Extension> extensions, Access access) {
            this(hostname, loops, limits, extensions, access, Duration.ZERO);
        }

        /** Options with the default limits per address and on time. */
        public Options(String hostname, int loops, Limits limits, Set<Extension> extensions) {
            this(hostname, loops, limits, extensions, Access.DEFAULTS);
        }

        /** Options that offer all extensions. */
        public Options(String hostname, int loops, Limits limits) {
            this(hostname, loops, limits, Extension.all());
        }

        public Options {
            extensions = Set.copyOf(extensions);
            if (loops < 1) {
                throw new IllegalArgumentException("a server needs at least one loop, not " + loops);
            }
        }
    }

    private final ServerContext server;
    private final SessionCounter sessions;
    private final List<LoopContext> loops;
    private final ListenerSet listeners;
    private final List<Thread> threads = new ArrayList<>();
    /** The first part of each session's id, different in each run. */
    private final String run = Long.toString(System.currentTimeMillis() / 1000, Character.MAX_RADIX);
    /** Confined to the first loop. */
    private long connections;

    private volatile boolean stopping;

    private SmtpServer(Options options, Ports ports, List<EventLoop> eventLoops) {
        this.server =
                new ServerContext(options.hostname(), options.limits(), options.access(), options.extensions(), ports);
        this.sessions = new SessionCounter(options.limits().connections());
        this.loops = eventLoops.stream()
                .map(loop -> new LoopContext(loop, server, sessions::closed))
                .toList();
        this.listeners = new ListenerSet(eventLoops.get(0), this::accepted);
    }

    // ---- start

    /**
     * Starts the loops. The server does not listen yet.
     *
     * @param onFatal called when a loop ends unexpectedly, on its thread, with the cause. The sessions of that loop are
     *     lost, and its new sessions would get no reply
     */
    public static SmtpServer start(Options options, Ports ports, Consumer<Throwable> onFatal) throws IOException {
        var loops = new ArrayList<EventLoop>();
        for (int i = 0; i < options.loops(); i++) {
            EventLoop loop = EventLoop.open(String.valueOf(i));
            loop.spinBeforeSleep(options.spin());
            loops.add(loop);
        }
        var server = new SmtpServer(options, ports, List.copyOf(loops));
        server.startThreads(onFatal);
        return server;
    }

    /** Starts the loops. If one of them ends unexpectedly, the server only logs that. */
    public static SmtpServer start(Options options, Ports ports) throws IOException {
        return start(options, ports, cause -> LOG.error("an event loop has ended", cause));
    }

    private void startThreads(Consumer<Throwable> onFatal) {
        for (LoopContext context : loops) {
            var thread = new Thread(context.loop()::serve, "boxcar-loop-" + threads.size());
            thread.setDaemon(false); // a server lives on, whichever thread has started it
            thread.setUncaughtExceptionHandler((ended, cause) -> onFatal.accept(cause));
            thread.start();
            threads.add(thread);
        }
    }

    /**
     * Opens listeners: at both loopback addresses for {@code localhost}, otherwise at the address of {@code host}.
     *
     * @param port 0 takes a free port, the same for both loopback addresses
     * @return the addresses that the server now listens on
     * @throws IOException whose message is one line that says what prevents it
     */
    public List<InetSocketAddress> listen(String host, int port) throws IOException {
        return listeners.listen(ListenerOptions.at(host, port)).stream()
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    /**
     * Opens listeners with these options.
     *
     * @return the internet or Unix-domain addresses that the server now listens on
     * @throws IOException whose message is one line that says what prevents it
     * @throws IllegalStateException if they need TLS and the ports have none
     */
    public List<SocketAddress> listen(ListenerOptions options) throws IOException {
        boolean needsTls = options.tls() != ListenerOptions.Tls.DEFAULT && options.tls() != ListenerOptions.Tls.OFF;
        if (needsTls && server.tls() == null) {
            throw new IllegalStateException("this server has no TLS");
        }
        return listeners.listen(options);
    }

    /** Closes the listener at this address, if there is one. Its sessions continue. */
    public void closeListener(SocketAddress address) throws IOException {
        listeners.close(address);
    }

    /** Runs a task on each loop, and returns how many there are. */
    public int executeOnEachLoop(Runnable task) {
        loops.forEach(context -> context.loop().execute(task));
        return loops.size();
    }

    // ---- connections

    /** A client has connected. Runs on the first loop. */
    private void accepted(OpenListener listener, SocketChannel socket) {
        InetSocketAddress peer = peerOf(socket);
        Reply refusal = refusal(listener, peer);
        if (refusal == null && !sessions.tryOpen()) {
            refusal = Replies.TOO_MANY_CONNECTIONS;
        }
        if (refusal != null) {
            refuse(listener, socket, refusal);
            return;
        }
        LoopContext context = loops.get((int) (connections++ % loops.size()));
        var client = new ClientState(run, connections);
        client.setRemoteAddress(peer);
        client.setListener(listener.name());
        if (context == loops.get(0)) {
            openSession(context, listener, socket, client);
            return;
        }
        try {
            context.loop().execute(() -> openSession(context, listener, socket, client));
        } catch (RejectedExecutionException e) {
            sessions.closed();
            close(socket);
        }
    }

    /**
     * The reply that refuses a client for its address before a session is created; null if the client is not refused.
     * If a proxy has connected, the client is not known yet.
     */
    private @Nullable Reply refusal(OpenListener listener, @Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        if (listener.options().proxy().contain(address)) {
            return null;
        } else if (!listener.options().networks().contain(address)) {
            LOG.info("client={} listener={} refused: not in its networks", address, listener.name());
            return Replies.NOT_FROM_THERE;
        }
        return server.addresses().isFull(address) ? Replies.TOO_MANY_FROM_THERE : null;
    }

    private void openSession(LoopContext context, OpenListener listener, SocketChannel socket, ClientState client) {
        var session = new SmtpSession(context, client);
        try {
            session.setSocket(socket);
            if (listener.options().sendBuffer() > 0) {
                socket.setOption(
                        StandardSocketOptions.SO_SNDBUF, listener.options().sendBuffer());
            }
            session.begin(listener.options(), client.remoteAddress());
            if (stopping) {
                session.drain();
            }
        } catch (IOException e) {
            LOG.debug("{} ended before it began: {}", session, e.toString());
            session.close();
            close(socket);
        } catch (RuntimeException e) {
            LOG.error("{} could not begin", session, e);
            session.close();
            close(socket);
        }
    }

    /**
     * Sends the reply and closes the connection. At a listener with implicit TLS it sends no reply, because nothing may
     * be sent in clear.
     */
    private static void refuse(OpenListener listener, SocketChannel socket, Reply reply) {
        try {
            socket.configureBlocking(false);
            if (listener.options().tls() != ListenerOptions.Tls.IMPLICIT) {
                socket.write(ByteBuffer.wrap(reply.bytes()));
            }
        } catch (IOException e) {
            LOG.debug("a refused client had disconnected: {}", e.toString());
        }
        close(socket);
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection could not be closed: {}", e.toString());
        }
    }

    /** The client's address; null if none is known, as of a Unix-domain socket or of a client that has disconnected. */
    private static @Nullable InetSocketAddress peerOf(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress address ? address : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** The number of open sessions. */
    public int openSessions() {
        return sessions.open();
    }

    // ---- shutdown

    /**
     * Shuts the server down in order: it accepts no more connections, a message that has begun may be finished within
     * {@code bodiesGrace}, pending replies leave, and every other session gets 421 (RFC 5321 §3.8). Returns when all
     * loops have ended.
     */
    public void shutdown(Duration bodiesGrace) throws InterruptedException {
        stopping = true;
        closeListeners();
        onAllLoops(loop -> forEachSession(loop, SmtpSession::drain));
        if (!sessions.awaitNone(bodiesGrace)) {
            onAllLoops(loop -> forEachSession(loop, SmtpSession::dismiss));
            if (!sessions.awaitNone(LAST_REPLIES_TIMEOUT)) {
                LOG.warn("{} sessions did not take their last replies", sessions.open());
            }
        }
        endLoops();
    }

    /**
     * Ends the server at once: closes its listeners and all connections, also those in the middle of a message, without
     * a last reply. For tests, which do not wait for their clients. Returns when all loops have ended.
     */
    public void abort() throws InterruptedException {
        stopping = true;
        endLoops();
    }

    private void endLoops() throws InterruptedException {
        loops.forEach(context -> context.loop().close());
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void closeListeners() {
        try {
            listeners.closeAll();
        } catch (IOException e) {
            LOG.warn("the listeners could not be closed: {}", e.toString());
        }
    }

    private static void forEachSession(EventLoop loop, Consumer<SmtpSession> action) {
        for (Dispatcher channel : loop.channels()) {
            if (channel instanceof SmtpSession session) {
                action.accept(session);
            }
        }
    }

    private void onAllLoops(Consumer<EventLoop> action) {
        for (LoopContext context : loops) {
            EventLoop loop = context.loop();
            try {
                loop.execute(() -> action.accept(loop));
            } catch (RejectedExecutionException e) {
                LOG.warn("{} has ended already", loop);
            }
        }
    }
}
