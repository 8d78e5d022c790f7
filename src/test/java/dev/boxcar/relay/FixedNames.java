// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.route.NameService;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A name service with the records of a test. */
class FixedNames implements NameService {
    private final Map<String, List<Mx>> exchanges = new HashMap<>();
    private final Map<String, List<InetAddress>> hosts = new HashMap<>();

    FixedNames mx(String domain, int preference, String host) {
        exchanges.computeIfAbsent(domain, none -> new ArrayList<>()).add(new Mx(preference, host));
        return this;
    }

    FixedNames host(String name, String address) throws UnknownHostException {
        hosts.computeIfAbsent(name, none -> new ArrayList<>()).add(InetAddress.getByName(address));
        return this;
    }

    @Override
    public CompletionStage<Answer<Mx>> mx(String domain) {
        List<Mx> found = exchanges.get(domain);
        Status none = hosts.containsKey(domain) ? Status.NO_RECORD : Status.NO_SUCH_NAME;
        return CompletableFuture.completedStage(found == null ? Answer.none(none, "") : Answer.of(found));
    }

    @Override
    public CompletionStage<Answer<InetAddress>> addresses(String host) {
        List<InetAddress> found = hosts.get(host);
        return CompletableFuture.completedStage(
                found == null ? Answer.none(Status.NO_SUCH_NAME, "") : Answer.of(found));
    }
}
