// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two listeners hear what one would. */
class SessionListenerPairTest {
    private final List<String> heard = new ArrayList<>();

    @Test
    void bothAreToldEverythingThatAListenerIsToldOf() throws Exception {
        SessionListener both = Objects.requireNonNull(SessionListenerPair.of(named("first"), named("second")));
        for (Method method : SessionListener.class.getMethods()) {
            heard.clear();
            method.invoke(
                    both,
                    Arrays.stream(method.getParameterTypes())
                            .map(SessionListenerPairTest::any)
                            .toArray());
            assertThat(heard).containsExactly("first " + method.getName(), "second " + method.getName());
        }
    }

    @Test
    void whereOnlyOneListensThatOneIsTold() {
        SessionListener one = named("one");
        assertThat(SessionListenerPair.of(one, null)).isSameAs(one);
        assertThat(SessionListenerPair.of(null, one)).isSameAs(one);
        assertThat(SessionListenerPair.of(null, null)).isNull();
    }

    private SessionListener named(String name) {
        InvocationHandler hears = (proxy, method, arguments) -> {
            heard.add(name + " " + method.getName());
            return method.getReturnType() == boolean.class ? false : null;
        };
        return (SessionListener) Proxy.newProxyInstance(
                SessionListener.class.getClassLoader(), new Class<?>[] {SessionListener.class}, hears);
    }

    private static @Nullable Object any(Class<?> type) {
        if (type == long.class) {
            return 7L;
        }
        return type == int.class ? (Object) 7 : null;
    }
}
