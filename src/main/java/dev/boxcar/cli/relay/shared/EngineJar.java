// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import dev.boxcar.relay.shared.SharedQueueProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client of an engine: on the class path, or in a jar beside the program or in {@code ../share/boxcar}, where
 * a package puts it for a program in {@code bin}. The jar's classes have a class loader of their own, which stays open
 * as long as the process lives.
 */
final class EngineJar {
    private final QueueLocation location;
    private final @Nullable Path given;

    /** The jar for this engine; {@code given} is where the user says that it is. */
    EngineJar(QueueLocation location, @Nullable Path given) {
        this.location = location;
        this.given = given;
    }

    /**
     * The provider, whose addresses are checked.
     *
     * @throws IOException whose message is for people, if the jar is missing or an address is invalid
     */
    SharedQueueProvider provider() throws IOException {
        ClassLoader own = EngineJar.class.getClassLoader();
        SharedQueueProvider found = given == null ? find(own) : null;
        Path jar = given != null ? given : installed();
        if (found == null && jar != null && Files.isReadable(jar)) {
            URL[] urls = {jar.toUri().toURL()};
            found = find(new URLClassLoader("boxcar-" + location.engine(), urls, own));
        }
        if (found == null) {
            throw new IOException(location.engine() + " needs " + name()
                    + (jar == null ? "" : ", which is not at " + jar.toAbsolutePath())
                    + "; name it with --plugin-path");
        }
        return found;
    }

    private @Nullable SharedQueueProvider find(ClassLoader loader) throws IOException {
        for (SharedQueueProvider provider : ServiceLoader.load(SharedQueueProvider.class, loader)) {
            if (provider.engine().equals(location.engine()) && isComplete(provider)) {
                return provider;
            }
        }
        return null;
    }

    /** Classes of this program may be there without the engine's, as when it runs from its build directory. */
    private boolean isComplete(SharedQueueProvider provider) throws IOException {
        try {
            provider.check(location.addresses());
            return true;
        } catch (LinkageError e) {
            return false;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private String name() {
        return "boxcar-" + location.engine() + ".jar";
    }

    private @Nullable Path installed() {
        CodeSource source = EngineJar.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : near(Path.of(source.getLocation().toURI()), name());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null; // not a file
        }
    }

    /** Where the jar of this name is, or should be, for a program there. */
    static Path near(Path program, String name) {
        Path beside = program.resolveSibling(name);
        Path shared = program.resolveSibling("../share/boxcar").resolve(name).normalize();
        return Files.isReadable(beside) || !Files.isReadable(shared) ? beside : shared;
    }
}
