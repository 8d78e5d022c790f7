// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The keys that a configuration file may have.
 *
 * @param options the names of options that take one value
 * @param lists those of options that take several values; the file may have a list of them
 * @param structured keys that are no options and have a structure of their own, which the command reads itself
 */
public record ConfigKeys(Collection<String> options, Set<String> lists, Set<String> structured) {
    public ConfigKeys {
        options = List.copyOf(options);
        lists = Set.copyOf(lists);
        structured = Set.copyOf(structured);
    }

    /** Keys of options that take one value. */
    public static ConfigKeys of(Collection<String> options) {
        return new ConfigKeys(options, Set.of(), Set.of());
    }

    /** Implemented by a command that reads some keys of another command's file. */
    public interface Partial {
        /** The keys that it reads. It ignores the others. */
        Set<String> keysOfFile();
    }

    /** Implemented by a command whose file has structured keys. */
    public interface Structured {
        /** The keys that the command reads itself. */
        Set<String> structuredKeys();
    }
}
