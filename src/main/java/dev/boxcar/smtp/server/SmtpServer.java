// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.listener.ListenerSet;
import dev.boxcar.smtp.server.listener.OpenListener;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners on the first of some event loops, sessions spread over all of them.
 *
 * <p>Its methods may be called by any thread but the loops' own.
 */
public final class SmtpServer {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);
    /** How long the last replies may take to leave when the server shuts down. */
    private static final Duration LAST_REPLIES = Duration.ofSeconds(10);

    /**
     * What a server is given.
     *
     * @param hostname the name by which it greets (RFC 5321 §4.2)
     * @param loops how many event loops share the sessions, at least one
     * @param limits the bounds of each session
     * @param extensions what is offered in the answer to EHLO
     * @param access how much one address may ask for, and how long it may take
     * @param spin how long a loop looks for input before it sleeps ({@link EventLoop#spinBeforeSleep}); zero as a rule
     */
    public record Options(
            String hostname, int loops, Limits limits, Set<Extension> extensions, Access access, Duration spin) {
        /** Sleeps as soon as there is nothing to do. */
        public Options(String hostname, int loops, Limits limits, Set<Extension> extensions, Access access) {
            this(hostname, loops, limits, extensions, access, Duration.ZERO);
        }

        /** Bounds the access as a sink does. */
        public Options(String hostname, int loops, Limits limits, Set<Extension> extensions) {
            this(hostname, loops, limits, extensions, Access.DEFAULTS);
        }

        /** Offers every extension there is. */
        public Options(String hostname, int loops, Limits limits) {
            this(hostname, loops, limits, EnumSet.allOf(Extension.class));
        }

        /** Checks the number of loops. */
        public Options {
            extensions = Set.copyOf(extensions);
            if (loops < 1) {
                throw new IllegalArgumentException("a server needs a loop, not " + loops);
            }
        }
    }

    private final Service service;
    private final Sessions sessions;
    private final List<Desk> desks;
    private final ListenerSet listeners;
    private final List<Thread> threads = new ArrayList<>();
    private final String run = Long.toString(System.currentTimeMillis() / 1000, Character.MAX_RADIX);
    /** Counted by the first loop alone. */
    private long connections;

    private volatile boolean stopping;

    private SmtpServer(Options options, Ports ports, List<EventLoop> loops) {
        this.service = new Service(options.hostname(), options.limits(), options.access(), options.extensions(), ports);
        this.sessions = new Sessions(options.limits().connections());
        this.desks = loops.stream()
                .map(loop -> new Desk(loop, service, sessions::left))
                .toList();
        this.listeners = new ListenerSet(loops.get(0), this::accepted);
    }

    /**
     * Starts the loops; nothing is listened to yet.
     *
     * @param onFatal told, on its thread, of what ended a loop that should go on: its sessions are gone, and new ones
     *     would find no answer
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

    private void startThreads(Consumer<Throwable> onFatal) {
        for (Desk desk : desks) {
            var thread = new Thread(desk.loop()::serve, "boxcar-loop-" + threads.size());
            thread.setUncaughtExceptionHandler((ended, cause) -> onFatal.accept(cause));
            thread.start();
            threads.add(thread);
        }
    }

    /**
     * Opens listeners: at both loopbacks for {@code localhost}, else at the address of {@code host}.
     *
     * @param port 0 takes a free one, the same for both loopbacks
     * @return the addresses that are really listened to
     * @throws IOException whose message is one line that says what is in the way
     */
    public List<InetSocketAddress> listen(String host, int port) throws IOException {
        return listeners.listen(ListenerOptions.at(host, port)).stream()
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    /**
     * Opens listeners with settings of their own.
     *
     * @return the addresses that are really listened to, of the internet or of Unix-domain sockets
     * @throws IOException whose message is one line that says what is in the way
     * @throws IllegalStateException if they ask for TLS and the ports have none
     */
    public List<SocketAddress> listen(ListenerOptions options) throws IOException {
        boolean wantsTls = options.tls() != ListenerOptions.Tls.DEFAULT && options.tls() != ListenerOptions.Tls.OFF;
        if (wantsTls && service.tls() == null) {
            throw new IllegalStateException("this server has no TLS");
        }
        return listeners.listen(options);
    }

    /** Starts the loops; what ends one of them is only logged. */
    public static SmtpServer start(Options options, Ports ports) throws IOException {
        return start(options, ports, cause -> LOG.error("an event loop has ended", cause));
    }

    /** On the first loop: a connection came. */
    private void accepted(OpenListener door, SocketChannel socket) {
        InetSocketAddress peer = peerOf(socket);
        Reply refusal = refusal(door, peer);
        if (refusal == null && !sessions.admit()) {
            refusal = Replies.TOO_MANY_CONNECTIONS;
        }
        if (refusal != null) {
            refuse(door, socket, refusal);
            return;
        }
        Desk desk = desks.get((int) (connections++ % desks.size()));
        var client = new ClientInfo(run, connections);
        client.comesFrom(peer);
        client.cameBy(door.name());
        if (desk == desks.get(0)) {
            openSession(desk, door, socket, client);
            return;
        }
        try {
            desk.loop().execute(() -> openSession(desk, door, socket, client));
        } catch (RejectedExecutionException e) {
            sessions.left();
            close(socket);
        }
    }

    /** Whoever is refused for where it is costs no session; one that may speak for others is not known yet. */
    private @Nullable Reply refusal(OpenListener door, @Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        if (door.options().proxy().contain(address)) {
            return null;
        } else if (!door.options().networks().contain(address)) {
            LOG.info("client={} listener={} refused: not of its networks", address, door.name());
            return Replies.NOT_FROM_THERE;
        }
        return service.origins().isFull(address) ? Replies.TOO_MANY_FROM_THERE : null;
    }

    private void openSession(Desk desk, OpenListener door, SocketChannel socket, ClientInfo client) {
        var session = new SmtpSession(desk, client);
        try {
            session.setSocket(socket);
            session.entrance.begin(door.options(), client.from());
            if (stopping) {
                session.drain();
            }
        } catch (IOException e) {
            LOG.debug("{} was gone before it began: {}", session, e.toString());
            session.close();
            close(socket);
        } catch (RuntimeException e) {
            LOG.error("{} could not begin", session, e);
            session.close();
            close(socket);
        }
    }

    /** Where TLS comes first there is nothing to be said in clear. */
    private static void refuse(OpenListener door, SocketChannel socket, Reply reply) {
        try {
            socket.configureBlocking(false);
            if (door.options().tls() != ListenerOptions.Tls.IMPLICIT) {
                socket.write(ByteBuffer.wrap(reply.bytes()));
            }
        } catch (IOException e) {
            LOG.debug("a refused connection was gone: {}", e.toString());
        }
        close(socket);
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection did not close: {}", e.toString());
        }
    }

    /** Where the client is, or null where it has no address: it came by a Unix-domain socket, or is gone. */
    private static @Nullable InetSocketAddress peerOf(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress address ? address : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** How many sessions are open. */
    public int openSessions() {
        return sessions.open();
    }

    /**
     * Ends the server in order: no more connections; a body that has begun may end within {@code bodiesGrace}; pending
     * replies leave; every other session gets 421 (RFC 5321 §3.8). Returns when all loops have ended.
     */
    public void shutdown(Duration bodiesGrace) throws InterruptedException {
        stopping = true;
        closeListeners();
        onAllLoops(loop -> forEachSession(loop, SmtpSession::drain));
        if (!sessions.awaitNone(bodiesGrace)) {
            onAllLoops(loop -> forEachSession(loop, SmtpSession::dismiss));
            if (!sessions.awaitNone(LAST_REPLIES)) {
                LOG.warn("{} sessions did not take their last replies", sessions.open());
            }
        }
        desks.forEach(desk -> desk.loop().close());
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void closeListeners() {
        try {
            listeners.closeAll();
        } catch (IOException e) {
            LOG.warn("the listeners did not close: {}", e.toString());
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
        for (Desk desk : desks) {
            EventLoop loop = desk.loop();
            try {
                loop.execute(() -> action.accept(loop));
            } catch (RejectedExecutionException e) {
                LOG.warn("{} has ended already", loop);
            }
        }
    }
}
