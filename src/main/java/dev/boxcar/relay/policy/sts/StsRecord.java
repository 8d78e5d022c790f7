// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the TXT record that says that a domain has a policy (RFC 8461 §3.1). */
final class StsRecord {
    private static final Pattern VERSION = Pattern.compile("v=STSv1[ \t]*(?:;.*)?", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("id=([A-Za-z0-9]{1,32})");

    private StsRecord() {}

    /** The id of the policy; null unless exactly one of the texts is a record of this kind, and has an id. */
    static @Nullable String id(List<String> texts) {
        List<String> records =
                texts.stream().filter(text -> VERSION.matcher(text).matches()).toList();
        if (records.size() != 1) {
            return null;
        }
        for (String field : records.get(0).split(";", -1)) {
            Matcher id = ID.matcher(field.strip());
            if (id.matches()) {
                return id.group(1);
            }
        }
        return null;
    }
}
