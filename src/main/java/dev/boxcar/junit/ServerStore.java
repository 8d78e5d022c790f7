// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * The servers of a test run, kept in JUnit's stores, which close them: those of a test after the test, those of a class
 * after the class. A static field that a class inherits is shared with other classes, which may run at the same time,
 * so its server stays until the end of the run.
 */
final class ServerStore {
    private static final Namespace NAMESPACE = Namespace.create(ServerStore.class);
    private static final String SHARED = "shared";
    private static final String OF_TEST = "of test";

    /**
     * What an annotation asks for.
     *
     * @param strict whether every rule of a script must have been used
     * @param offers what the server offers
     */
    record Settings(boolean strict, Set<ServerFeature> offers) {
        static final Settings DEFAULTS = new Settings(false, Set.of());
    }

    /** A server that several tests share, from a field. Its store closes it. */
    @SuppressWarnings("deprecation") // JUnit before 5.13 closes no AutoCloseable
    private static final class SharedServer implements Store.CloseableResource, AutoCloseable {
        private final String name;
        private final boolean strict;
        private final RunningServer running;

        SharedServer(String name, Settings settings) {
            this.name = name;
            this.strict = settings.strict();
            this.running = RunningServer.start(settings.offers());
        }

        SmtpLabServer server() {
            return SmtpLabServer.shared(running);
        }

        TestServer begin() {
            return new TestServer(name, running, running.begin(), strict);
        }

        @Override
        public void close() {
            running.close();
        }
    }

    /** What the fields and parameters of one test use. Its store ends it. */
    @SuppressWarnings("deprecation") // JUnit before 5.13 closes no AutoCloseable
    private static final class ServersOfTest implements Store.CloseableResource, AutoCloseable {
        private final List<TestServer> servers = new ArrayList<>();
        private final List<Runnable> endings = new ArrayList<>();
        private boolean prepared;

        TestServer start(String name, Settings settings) {
            RunningServer running = RunningServer.start(settings.offers());
            endings.add(running::close);
            var server = new TestServer(name, running, running.own(), settings.strict());
            servers.add(server);
            return server;
        }

        void join(SharedServer shared) {
            TestServer server = shared.begin();
            endings.add(() -> server.running().end(server.namespace()));
            servers.add(server);
        }

        @Override
        public void close() {
            endings.forEach(Runnable::run);
        }
    }

    private ServerStore() {}

    // ---- servers that tests share

    /** The server for a field that the tests of a class share; starts it if it is not running. */
    static SmtpLabServer shareInClass(ExtensionContext context, Field field, Settings settings) {
        boolean inherited =
                Modifier.isStatic(field.getModifiers()) && field.getDeclaringClass() != context.getRequiredTestClass();
        Store store = (inherited ? context.getRoot() : context).getStore(NAMESPACE);
        SharedServer server = store.getOrComputeIfAbsent(
                field, key -> new SharedServer(field.getName(), settings), SharedServer.class);
        Map<Field, SharedServer> visible = new LinkedHashMap<>(shared(context));
        visible.put(field, server);
        context.getStore(NAMESPACE).put(SHARED, visible);
        return server.server();
    }

    static boolean isShared(ExtensionContext context, Field field) {
        return shared(context).containsKey(field);
    }

    /** The server that the tests of the class share; null if there is none, or more than one. */
    static @Nullable SmtpLabServer onlyShared(ExtensionContext context) {
        Map<Field, SharedServer> shared = shared(context);
        return shared.size() == 1 ? shared.values().iterator().next().server() : null;
    }

    /** The shared servers of the class and of the classes around it, by field. */
    @SuppressWarnings("unchecked") // only this class uses the key
    private static Map<Field, SharedServer> shared(ExtensionContext context) {
        Object shared = context.getStore(NAMESPACE).get(SHARED);
        return shared == null ? Map.of() : (Map<Field, SharedServer>) shared;
    }

    // ---- servers of one test

    /** Whether this is the first call for this test: the extension may be registered more than once. */
    static boolean prepare(ExtensionContext context) {
        ServersOfTest servers = servers(context);
        boolean first = !servers.prepared;
        servers.prepared = true;
        return first;
    }

    /** Starts a server for a field or a parameter of this name. */
    static SmtpLabServer startForTest(ExtensionContext context, String name, Settings settings) {
        return SmtpLabServer.alone(servers(context).start(name, settings).running());
    }

    /** Gives the test a namespace on each server that it shares. */
    static void joinShared(ExtensionContext context) {
        ServersOfTest servers = servers(context);
        shared(context).values().forEach(servers::join);
    }

    /** The servers of a test, those of its instance fields first. */
    static List<TestServer> ofTest(ExtensionContext context) {
        return List.copyOf(servers(context).servers);
    }

    private static ServersOfTest servers(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(OF_TEST, key -> new ServersOfTest(), ServersOfTest.class);
    }
}
