// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** The fields of test classes that {@link SmtpLab} annotates, and how to set them. */
final class LabFields {
    private LabFields() {}

    /** The annotated static fields of a class and its superclasses, those of the superclasses first. */
    static List<Field> ofClass(Class<?> type) {
        return annotated(type).stream()
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    /** The annotated instance fields of a class and its superclasses, those of the superclasses first. */
    static List<Field> ofInstance(Class<?> type) {
        return annotated(type).stream()
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    private static List<Field> annotated(Class<?> type) {
        List<Field> fields = AnnotationSupport.findAnnotatedFields(
                type, SmtpLab.class, field -> true, HierarchyTraversalMode.TOP_DOWN);
        fields.forEach(LabFields::check);
        return fields;
    }

    private static void check(Field field) {
        String place = field.getDeclaringClass().getSimpleName() + "." + field.getName();
        if (field.getType() != SmtpLabServer.class) {
            throw new ExtensionConfigurationException("the field " + place + " with @SmtpLab must have the type"
                    + " SmtpLabServer, not " + field.getType().getSimpleName());
        }
        if (Modifier.isFinal(field.getModifiers())) {
            throw new ExtensionConfigurationException("the field " + place + " with @SmtpLab must not be final");
        }
    }

    static SmtpLab annotation(Field field) {
        return AnnotationSupport.findAnnotation(field, SmtpLab.class).orElseThrow();
    }

    /** Sets the field of this instance; null for a static field. */
    static void set(Field field, @Nullable Object instance, SmtpLabServer server) {
        try {
            field.setAccessible(true);
            field.set(instance, server);
        } catch (IllegalAccessException | InaccessibleObjectException e) {
            throw new ExtensionConfigurationException(
                    "the field " + field.getName() + " with @SmtpLab cannot be set: " + e.getMessage(), e);
        }
    }
}
