// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import dev.boxcar.relay.shared.SharedQueueRole;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code front}, {@code worker} or {@code both}. */
public final class RoleConverter implements ITypeConverter<SharedQueueRole> {
    @Override
    public SharedQueueRole convert(String text) {
        for (SharedQueueRole role : SharedQueueRole.values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new TypeConversionException("invalid role '" + text + "': use front, worker or both");
    }
}
