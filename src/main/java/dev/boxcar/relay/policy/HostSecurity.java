// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy;

import dev.boxcar.relay.policy.dane.TlsaSet;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/**
 * How connections to one host are secured. Immutable; any thread.
 *
 * @param level whether TLS is used, and whether the certificate counts
 * @param result what a successful connection proves
 * @param tlsa the records that the certificate must match instead of being trusted; null without DANE
 * @param fallback how it is done after TLS has failed; null if the host is given up then
 * @param refusal why the host may not have the mail, however it is secured; null if it may
 * @param defect what is wrong with the policy or its records, whatever the host does; null if nothing is
 */
public record HostSecurity(
        TlsLevel level,
        TlsResult result,
        @Nullable TlsaSet tlsa,
        @Nullable HostSecurity fallback,
        @Nullable Refusal refusal,
        @Nullable PolicyDefect defect) {

    /**
     * Why a host may not have the mail.
     *
     * @param status of class 5 if another attempt would fail, too
     */
    public record Refusal(EnhancedStatus status, String reason) {}

    /** What is wrong with a policy or its records, for reports (RFC 8460 §4.3.2). */
    public record PolicyDefect(TlsFailureType type, String reason) {}

    /** What the level of the configuration says. After a failure, opportunistic TLS goes on in clear (RFC 7435). */
    public static HostSecurity of(TlsLevel level) {
        return switch (level) {
            case NONE -> new HostSecurity(level, TlsResult.NONE, null, null, null, null);
            case OPPORTUNISTIC ->
                new HostSecurity(level, TlsResult.ENCRYPTED, null, HostSecurity.of(TlsLevel.NONE), null, null);
            case REQUIRED -> new HostSecurity(level, TlsResult.ENCRYPTED, null, null, null, null);
            case VERIFIED -> new HostSecurity(level, TlsResult.VERIFIED, null, null, null, null);
        };
    }

    /** The host is not connected to. */
    static HostSecurity refused(EnhancedStatus status, String reason) {
        return new HostSecurity(TlsLevel.VERIFIED, TlsResult.NONE, null, null, new Refusal(status, reason), null);
    }

    /** Returns a copy that says what is wrong with the policy. */
    HostSecurity withDefect(TlsFailureType type, String reason) {
        return new HostSecurity(level, result, tlsa, fallback, refusal, new PolicyDefect(type, reason));
    }

    /** What the MTA-STS policy demands; {@code fallback} is null if the policy is enforced. */
    static HostSecurity sts(@Nullable HostSecurity fallback) {
        return new HostSecurity(TlsLevel.VERIFIED, TlsResult.STS, null, fallback, null, null);
    }

    /** What TLSA records demand. */
    static HostSecurity dane(TlsaSet records) {
        return new HostSecurity(TlsLevel.VERIFIED, TlsResult.DANE, records, null, null, null);
    }

    /** Whether the server proves that it is the right one. */
    public boolean isAuthenticated() {
        return level == TlsLevel.VERIFIED && refusal == null;
    }

    /** The policy in the words of logs and reports; empty without one. */
    public String policyText() {
        return switch (result) {
            case DANE -> "DANE policy";
            case STS -> fallback == null ? "MTA-STS policy (enforce)" : "MTA-STS policy (testing)";
            case NONE, ENCRYPTED, VERIFIED -> "";
        };
    }
}
