// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Puts an SMTP server on a free port into a field or parameter of type {@link SmtpLabServer}.
 *
 * <p>An instance field gets a new server for each test. A static field gets one server for the class; each test sees
 * only its own messages, sessions and scripts there, also if tests run in parallel (see {@link SmtpLabServer}). So does
 * an instance field of a class whose instance is shared by its tests ({@code @TestInstance(PER_CLASS)}). A parameter of
 * a test method, or of a method that runs before or after each test, gets the server of the test: the one in the field
 * if the class has one, else a new one.
 *
 * <p>If a test fails, the extension prints what the sessions of the test did, and writes an HTML record (see
 * {@link SmtpLabExtension}).
 */
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(SmtpLabExtension.class)
public @interface SmtpLab {
    /** Whether a test fails if a rule of a script that it enqueued was never used. */
    boolean strict() default false;

    /** What the server offers besides what it always offers. */
    ServerFeature[] offers() default {};
}
