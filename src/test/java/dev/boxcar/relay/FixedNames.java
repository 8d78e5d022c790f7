// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.route.NameService;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A name service with the records of a test. */
public class FixedNames implements NameService {
    private final Map<String, List<Mx>> exchanges = new HashMap<>();
    private final Map<String, List<InetAddress>> hosts = new HashMap<>();
    private final Map<String, Answer<String>> texts = new ConcurrentHashMap<>();
    private final Map<String, Answer<Tlsa>> tlsa = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> secure = new HashSet<>();

    public FixedNames mx(String domain, int preference, String host) {
        exchanges.computeIfAbsent(domain, none -> new ArrayList<>()).add(new Mx(preference, host));
        return this;
    }

    public FixedNames host(String name, String address) throws UnknownHostException {
        hosts.computeIfAbsent(name, none -> new ArrayList<>()).add(InetAddress.getByName(address));
        return this;
    }

    @Override
    public CompletionStage<Answer<Mx>> mx(String domain) {
        List<Mx> found = exchanges.get(domain);
        Status none = hosts.containsKey(domain) ? Status.NO_RECORD : Status.NO_SUCH_NAME;
        return answer(domain, found == null ? Answer.none(none, "") : Answer.of(found));
    }

    private <T> CompletionStage<Answer<T>> answer(String name, Answer<T> answer) {
        Answer<T> aliased = answer.at(aliases.getOrDefault(name, ""));
        return CompletableFuture.completedStage(secure.contains(name) ? aliased.secure() : aliased);
    }

    /** DNSSEC proves what is said of these names. */
    public FixedNames secure(String... names) {
        secure.addAll(List.of(names));
        return this;
    }

    /** The addresses of the name are those of another one. */
    public FixedNames alias(String name, String target) {
        aliases.put(name, target);
        return this;
    }

    public FixedNames text(String name, String... records) {
        texts.put(name, Answer.of(List.of(records)));
        return this;
    }

    /** The look-up of the text fails. */
    public FixedNames noText(String name, Status status) {
        texts.put(name, Answer.none(status, "broken in the test"));
        return this;
    }

    public FixedNames tlsa(String name, Tlsa... records) {
        tlsa.put(name, Answer.of(List.of(records)));
        return this;
    }

    /** The look-up of the records fails. */
    public FixedNames noTlsa(String name, Status status) {
        tlsa.put(name, Answer.none(status, "broken in the test"));
        return this;
    }

    @Override
    public CompletionStage<Answer<String>> texts(String name) {
        return answer(name, texts.getOrDefault(name, Answer.none(Status.NO_SUCH_NAME, "")));
    }

    @Override
    public CompletionStage<Answer<Tlsa>> tlsa(String name) {
        return answer(name, tlsa.getOrDefault(name, Answer.none(Status.NO_RECORD, "")));
    }

    @Override
    public CompletionStage<Answer<InetAddress>> addresses(String host) {
        List<InetAddress> found = hosts.get(host);
        return answer(host, found == null ? Answer.none(Status.NO_SUCH_NAME, "") : Answer.of(found));
    }
}
