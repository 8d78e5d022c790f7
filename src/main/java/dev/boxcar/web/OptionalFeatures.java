// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.record.Recorder;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.Webhook;
import org.jspecify.annotations.Nullable;

/**
 * The features that are off unless configured. A component is null when its feature is off.
 *
 * @param checks the checks of messages
 * @param chaos refuses commands at random
 * @param release passes messages on to a real server
 * @param webhook posts every new message to a URL
 * @param recorder holds the recorded sessions
 * @param scripts the scripts of a lab
 */
public record OptionalFeatures(
        MessageChecks checks,
        @Nullable Chaos chaos,
        @Nullable MessageRelease release,
        @Nullable Webhook webhook,
        @Nullable Recorder recorder,
        @Nullable ScriptFaults scripts) {
    /** Everything is off. */
    public static final OptionalFeatures NONE = new OptionalFeatures(MessageChecks.NONE, null, null, null, null, null);

    /** What scripts and chaos did to each session. */
    FaultLog faultLog() {
        if (scripts != null) {
            return scripts.log();
        }
        return chaos == null ? new FaultLog() : chaos.log();
    }

    /** These features with these checks. */
    public OptionalFeatures withChecks(MessageChecks checks) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }

    /** These features with these random refusals. */
    public OptionalFeatures withChaos(@Nullable Chaos chaos) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this way to release messages. */
    public OptionalFeatures withRelease(@Nullable MessageRelease release) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this webhook. */
    public OptionalFeatures withWebhook(@Nullable Webhook webhook) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this recorder of sessions. */
    public OptionalFeatures withRecorder(@Nullable Recorder recorder) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }

    /** These features with these scripts. */
    public OptionalFeatures withScripts(@Nullable ScriptFaults scripts) {
        return new OptionalFeatures(checks, chaos, release, webhook, recorder, scripts);
    }
}
