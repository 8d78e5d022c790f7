// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/**
 * Runs a task on each SIGHUP. The JDK has no official way to it, so its inofficial one is used by reflection; where
 * that is missing, the signal ends the process as usual.
 */
final class HangUpSignal {
    private HangUpSignal() {}

    /** Runs the task on a thread of the JVM at each signal. */
    static void onEach(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    HangUpSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        switch (method.getName()) {
                            case "handle" -> task.run();
                            case "hashCode" -> {
                                return System.identityHashCode(self);
                            }
                            case "equals" -> {
                                return self == arguments[0];
                            }
                            default -> {
                                return "HangUpSignal";
                            }
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LoggerFactory.getLogger(HangUpSignal.class).warn("SIGHUP cannot be used: {}", e.toString());
        }
    }
}
