// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.record.Recorder;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.Webhook;
import org.jspecify.annotations.Nullable;

/**
 * The features that are off unless configured. A component is null when its feature is off.
 *
 * @param linkCheck visits the links of messages
 * @param chaos refuses commands at random
 * @param release passes messages on to a real server
 * @param webhook posts every new message to a URL
 * @param recorder holds the recorded sessions
 * @param scripts the scripts of a lab
 */
public record OptionalFeatures(
        @Nullable LinkCheck linkCheck,
        @Nullable Chaos chaos,
        @Nullable MessageRelease release,
        @Nullable Webhook webhook,
        @Nullable Recorder recorder,
        @Nullable ScriptFaults scripts) {
    /** Everything is off. */
    public static final OptionalFeatures NONE = new OptionalFeatures(null, null, null, null, null, null);

    /** These features with this link check. */
    public OptionalFeatures withLinkCheck(@Nullable LinkCheck linkCheck) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }

    /** These features with these random refusals. */
    public OptionalFeatures withChaos(@Nullable Chaos chaos) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this way to release messages. */
    public OptionalFeatures withRelease(@Nullable MessageRelease release) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this webhook. */
    public OptionalFeatures withWebhook(@Nullable Webhook webhook) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }

    /** These features with this recorder of sessions. */
    public OptionalFeatures withRecorder(@Nullable Recorder recorder) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }

    /** These features with these scripts. */
    public OptionalFeatures withScripts(@Nullable ScriptFaults scripts) {
        return new OptionalFeatures(linkCheck, chaos, release, webhook, recorder, scripts);
    }
}
