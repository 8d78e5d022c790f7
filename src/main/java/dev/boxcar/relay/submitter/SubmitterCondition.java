// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.submitter;

import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.unit.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which clients a rule is for: those of some networks, those of some users, or both. Immutable. */
public final class SubmitterCondition {
    /** Every client. */
    public static final SubmitterCondition ANY = new SubmitterCondition(List.of(), Networks.ALL, null);

    private final List<String> texts;
    private final Networks networks;
    private final @Nullable Glob user;

    private SubmitterCondition(List<String> texts, Networks networks, @Nullable Glob user) {
        this.texts = texts;
        this.networks = networks;
        this.user = user;
    }

    /**
     * Returns a copy for the clients of these networks, at least one.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public SubmitterCondition withNetworks(List<String> some) {
        if (some.isEmpty()) {
            throw new IllegalArgumentException("expected at least one network");
        }
        return new SubmitterCondition(List.copyOf(some), Networks.of(some), user);
    }

    /** Returns a copy for clients that have authenticated as such a user; {@code *} is any user. */
    public SubmitterCondition withUser(Glob name) {
        return new SubmitterCondition(texts, networks, name);
    }

    /** The networks, as they were written; empty if the address does not matter. */
    public List<String> networks() {
        return texts;
    }

    /** The users; null if it does not matter whether the client has authenticated. */
    public @Nullable Glob user() {
        return user;
    }

    /** Whether the address of the client is as demanded. */
    public boolean allowsAddress(Submitter submitter) {
        return submitter.isIn(networks);
    }

    /** Whether the user of the client is as demanded. */
    public boolean allowsUser(Submitter submitter) {
        String name = submitter.user();
        return user == null || (name != null && user.matches(name));
    }
}
