// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Gives picocli the model of a command, which describes its options. The build generates the implementation,
 * {@code dev.boxcar.cli.WrittenModels}, because reading the annotations at run time takes a third of the start.
 */
public interface CommandModels {
    /** Picocli's default factory. Picocli's own way to it searches the jar for a class that is never there. */
    IFactory FACTORY = new IFactory() {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return CommandLine.defaultFactory().create(type);
        }
    };

    /** The model of a command, or the command itself if picocli is to read its annotations. */
    Object of(Object command);

    /** A model that has only what the list of commands shows. */
    default Object outline(Object command) {
        return of(command);
    }
}
