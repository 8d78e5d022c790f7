// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQNotConnectedException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the broker that answers first. It does not reconnect: its users open another, because they must know
 * what was lost. Any thread may close it; each session belongs to one thread.
 */
public final class BrokerConnection implements AutoCloseable {
    private static final int DEFAULT_PORT = 61616;
    private static final int MAX_PORT = 65_535;
    private static final int CONNECT_MILLIS = 2_000;
    /** How long the broker may be silent. */
    private static final int CHECK_MILLIS = 3_000;

    private static final int TTL_MILLIS = 10_000;
    private static final int CALL_MILLIS = 10_000;
    private static final int WINDOW = 1024 * 1024;
    private static final int CONSUMER_WINDOW = 256 * 1024;

    private final ServerLocator locator;
    private final ClientSessionFactory factory;
    private final SharedQueueSettings settings;

    private BrokerConnection(ServerLocator locator, ClientSessionFactory factory, SharedQueueSettings settings) {
        this.locator = locator;
        this.factory = factory;
        this.settings = settings;
    }

    /** The brokers of these settings. */
    public static List<TransportConfiguration> transports(SharedQueueSettings settings) {
        var transports = new ArrayList<TransportConfiguration>();
        for (String address : settings.addresses()) {
            transports.add(transport(address, settings.tls()));
        }
        return transports;
    }

    /**
     * The broker at this address.
     *
     * @throws IllegalArgumentException with a message for the user, if it is invalid
     */
    public static TransportConfiguration transport(String address, SharedQueueSettings.@Nullable Tls tls) {
        URI uri = uri(address);
        var parameters = new HashMap<String, Object>();
        parameters.put(TransportConstants.HOST_PROP_NAME, uri.getHost());
        parameters.put(TransportConstants.PORT_PROP_NAME, uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        parameters.put(TransportConstants.NETTY_CONNECT_TIMEOUT, CONNECT_MILLIS);
        parameters.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        parameters.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
        parameters.put(TransportConstants.USE_GLOBAL_WORKER_POOL_PROP_NAME, false);
        parameters.put(TransportConstants.REMOTING_THREADS_PROPNAME, 1);
        if (tls != null) {
            parameters.putAll(secure(tls));
        }
        return new TransportConfiguration(NettyConnectorFactory.class.getName(), parameters);
    }

    private static URI uri(String address) {
        if (address.indexOf('@') >= 0) { // what is before it may be a password, which is not repeated
            throw new IllegalArgumentException("the address of a broker has no user and password: expected"
                    + " tcp://HOST:PORT, and the log-in in --queue-auth-file");
        }
        try {
            URI uri = new URI(address);
            boolean isPlain = uri.getRawPath() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null // such as ?sslEnabled=true, which nobody would obey
                    && uri.getRawFragment() == null;
            if (!"tcp".equals(uri.getScheme()) || uri.getHost() == null || !isPlain || !isPort(uri.getPort())) {
                throw invalid(address, null);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw invalid(address, e);
        }
    }

    /** -1 stands for none, so for the usual one. */
    private static boolean isPort(int port) {
        return port == -1 || (port >= 1 && port <= MAX_PORT);
    }

    private static IllegalArgumentException invalid(String address, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "invalid address of a broker '" + address + "': expected tcp://HOST:PORT", cause);
    }

    private static Map<String, Object> secure(SharedQueueSettings.Tls tls) {
        var parameters = new HashMap<String, Object>();
        parameters.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        parameters.put(TransportConstants.VERIFY_HOST_PROP_NAME, true);
        Path authorities = tls.authorities();
        if (authorities != null) {
            parameters.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PEMCA");
            parameters.put(
                    TransportConstants.TRUSTSTORE_PATH_PROP_NAME,
                    authorities.toAbsolutePath().toString());
        }
        return parameters;
    }

    /** Connects to the first of these brokers that answers. Blocks. */
    public static BrokerConnection open(
            List<TransportConfiguration> brokers, SharedQueueSettings settings, ClientThreads threads)
            throws IOException {
        var failures = new ArrayList<String>();
        for (TransportConfiguration broker : brokers) {
            ServerLocator locator = locator(broker);
            threads.serve(locator);
            try {
                var connection = new BrokerConnection(locator, locator.createSessionFactory(), settings);
                connection.createQueues();
                return connection;
            } catch (Exception e) { // the client declares no narrower type
                locator.close();
                failures.add(failure(broker, settings, e));
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private static String failure(TransportConfiguration broker, SharedQueueSettings settings, Exception failure) {
        var host = (String) Objects.requireNonNull(broker.getParams().get(TransportConstants.HOST_PROP_NAME));
        var port = (Integer) Objects.requireNonNull(broker.getParams().get(TransportConstants.PORT_PROP_NAME));
        SharedQueueSettings.Tls tls = settings.tls();
        String reason = tls == null ? null : TlsDiagnosis.failure(host, port, tls, CONNECT_MILLIS);
        return host + ":" + port + ": " + (reason == null ? failure.getMessage() : "TLS failed: " + reason);
    }

    private static ServerLocator locator(TransportConfiguration broker) {
        return ActiveMQClient.createServerLocatorWithoutHA(broker)
                .setReconnectAttempts(0)
                .setInitialConnectAttempts(1)
                .setClientFailureCheckPeriod(CHECK_MILLIS)
                .setConnectionTTL(TTL_MILLIS)
                .setCallTimeout(CALL_MILLIS)
                .setMinLargeMessageSize(BodyStore.MAX_IN_MEMORY)
                .setConfirmationWindowSize(WINDOW)
                .setProducerWindowSize(WINDOW)
                .setConsumerWindowSize(CONSUMER_WINDOW)
                .setBlockOnDurableSend(false)
                .setBlockOnAcknowledge(false)
                .setCacheLargeMessagesClient(false)
                .setUseGlobalPools(false);
    }

    private void createQueues() throws ActiveMQException {
        try (ClientSession session = session(Commits.EACH)) {
            for (String name : BrokerQueues.DURABLE) {
                if (!session.queueQuery(SimpleString.of(name)).isExists()) {
                    session.createSharedQueue(QueueConfiguration.of(name)
                            .setAddress(name)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)
                            .setAutoDelete(false));
                }
            }
        }
    }

    /** What makes acknowledgements and sent messages effective. */
    public enum Commits {
        /** Each is effective on its own. */
        EACH,
        /** All since the last commit are effective together at the next. */
        TOGETHER
    }

    /** Opens a session. */
    public ClientSession session(Commits commits) throws ActiveMQException {
        boolean isXa = false;
        boolean commitsEach = commits == Commits.EACH;
        boolean preAcknowledges = false;
        SharedQueueSettings.Login login = settings.login();
        return factory.createSession(
                login == null ? null : login.user(),
                login == null ? null : login.password(),
                isXa,
                commitsEach,
                commitsEach,
                preAcknowledges,
                0);
    }

    /** Ends at once, without a word to the broker, which may not respond. Any thread; what others wait for fails. */
    public void abort() {
        RemotingConnection connection;
        try {
            connection = factory.getConnection();
        } catch (IllegalStateException e) {
            return; // another thread has closed it already
        }
        if (connection != null) {
            connection.fail(new ActiveMQNotConnectedException("the connection is given up"));
        }
    }

    @Override
    public void close() {
        factory.close();
        locator.close();
    }
}
