// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

/** A message that should be signed and cannot be. The text is for people, and has no secret. */
public final class SigningException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean permanent;

    private SigningException(String reason, boolean permanent) {
        super(reason);
        this.permanent = permanent;
    }

    /** The key cannot be used now. */
    static SigningException ofKey(KeyName name, Exception cause) {
        String reason = "the key " + name + " cannot be used: " + cause.getMessage();
        var failure = new SigningException(reason, false);
        failure.initCause(cause);
        return failure;
    }

    /** The message is such that it can never be signed. */
    public static SigningException ofMessage(String reason) {
        return new SigningException(reason, true);
    }

    /** Whether it is of no use to try again. */
    public boolean isPermanent() {
        return permanent;
    }
}
