// SPDX-License-Identifier: Apache-2.0

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;

/** Apache James's SMTP protocol on Netty, which discards each message. Arguments: the address and the port. */
public final class JamesServer {
    private JamesServer() {}

    public static void main(String[] arguments) throws Exception {
        MessageHook discard = (session, mail) -> HookResult.OK;
        var chain = new SMTPProtocolHandlerChain(idle(MetricFactory.class), discard);
        var configuration = new SMTPConfigurationImpl() {
            @Override
            public boolean isRelayingAllowed(String remote) {
                return true;
            }
        };
        NettyServer server = new NettyServer.Factory()
                .protocol(new SMTPProtocol(chain, configuration))
                .build();
        server.setListenAddresses(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
        server.setBacklog(4096);
        server.bind();
        Thread.currentThread().join();
    }

    /** Metrics that measure nothing, which James does not provide. */
    private static <T> T idle(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, JamesServer::defaultValue));
    }

    private static Object defaultValue(Object self, Method method, Object[] arguments) throws Throwable {
        Class<?> type = method.getReturnType();
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, arguments);
        } else if (method.getName().startsWith("decoratePublisher")) {
            return arguments[1];
        } else if (type == int.class) {
            return 0;
        } else if (type == long.class) {
            return 0L;
        } else if (type == double.class) {
            return 0.0;
        } else if (type == String.class) {
            return "idle";
        } else if (type == Duration.class) {
            return Duration.ZERO;
        }
        return type.isInterface() ? idle(type) : null;
    }
}
