// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/**
 * Part of the build: reads the annotations of the commands and writes the class {@code WrittenModels}, which says the
 * same to picocli in plain code. Reading them at each start took more time than all else (docs/performance.md, "A
 * start").
 *
 * <p>Commands with what it does not know (groups of arguments) it leaves, but for their outlines, to their annotations.
 * A private field and an annotation's member that it does not know end the build.
 */
final class ModelWriter {
    private static final Set<String> OF_AN_OUTLINE = Set.of("name", "header", "description", "hidden");

    private final StringBuilder binding = new StringBuilder();
    private final StringBuilder methods = new StringBuilder();
    private final StringBuilder choice = new StringBuilder();
    private final StringBuilder outlines = new StringBuilder();
    private int fields;

    private ModelWriter() {}

    /** Takes the file to write. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        var writer = new ModelWriter();
        CommandLine root = Main.commands(Map.of());
        writer.command(root.getCommandSpec());
        writer.below(root);
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, writer.source());
    }

    private void below(CommandLine command) throws ReflectiveOperationException {
        for (CommandLine one : command.getSubcommands().values()) {
            CommandSpec spec = one.getCommandSpec();
            if (spec.argGroups().isEmpty()) {
                command(spec);
            } else {
                outline(spec);
            }
            below(one);
        }
    }

    private void command(CommandSpec spec) throws ReflectiveOperationException {
        outline(spec);
        Class<?> type = spec.userObject().getClass();
        String name = type.getSimpleName();
        choice.append("        if (command instanceof " + name + " it) { return of(it); }\n");
        methods.append(
                "    private static CommandSpec of(" + name + " it) {\n        CommandSpec spec = outline(it);\n");
        for (Class<?> each : withParents(type)) {
            attributes(each.getAnnotation(Command.class), false);
            members(each, "it", name);
        }
        methods.append("        return spec;\n    }\n\n");
    }

    /** A class and those that it extends, these first. */
    private static List<Class<?>> withParents(Class<?> type) {
        var all = new ArrayList<Class<?>>();
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            all.add(0, each);
        }
        return all;
    }

    private void outline(CommandSpec spec) throws ReflectiveOperationException {
        Class<?> type = spec.userObject().getClass();
        String name = type.getSimpleName();
        outlines.append("        if (command instanceof " + name + " it) { return outline(it); }\n");
        methods.append("    private static CommandSpec outline(" + name + " it) {\n"
                + "        CommandSpec spec = CommandSpec.wrapWithoutInspection(it, Main.FACTORY);\n");
        attributes(type.getAnnotation(Command.class), true);
        methods.append("        return spec;\n    }\n\n");
    }

    private void attributes(Command command, boolean ofTheOutline) throws ReflectiveOperationException {
        for (Map.Entry<String, Object> each : given(command).entrySet()) {
            String name = each.getKey();
            if (OF_AN_OUTLINE.contains(name) != ofTheOutline) {
                continue;
            }
            if (name.equals("versionProvider")) {
                methods.append(
                        "        var version = new " + literal(each.getValue()).replace(".class", "")
                                + "(); version.spec = spec; spec.versionProvider(version);\n");
            } else {
                String of = name.equals("name") ? "spec" : "spec.usageMessage()";
                methods.append("        " + of + "." + name + "(" + literal(each.getValue()) + ");\n");
            }
        }
    }

    /** The members in the order in which picocli takes them: as declared, those of a mixin in its place. */
    private void members(Class<?> type, String path, String root) throws ReflectiveOperationException {
        for (Field field : type.getDeclaredFields()) {
            String place = path + "." + field.getName();
            if (field.isAnnotationPresent(Mixin.class)) {
                methods.append("        " + place + " = new " + field.getType().getCanonicalName() + "();\n");
                members(field.getType(), place, root);
            } else if (field.isAnnotationPresent(Spec.class)) {
                methods.append("        " + place + " = spec;\n");
            } else if (field.isAnnotationPresent(Option.class)) {
                Map<String, Object> given = given(field.getAnnotation(Option.class));
                methods.append("        spec.addOption(CommandLine.Model.OptionSpec.builder("
                        + arguments(Objects.requireNonNull(given.remove("names"))) + ")");
                argument(field, given, place, root);
            } else if (field.isAnnotationPresent(Parameters.class)) {
                methods.append("        spec.addPositional(CommandLine.Model.PositionalParamSpec.builder()");
                Map<String, Object> given = given(field.getAnnotation(Parameters.class));
                given.put("required", !String.valueOf(given.get("arity")).startsWith("0"));
                argument(field, given, place, root);
            }
        }
    }

    private void argument(Field field, Map<String, Object> given, String place, String root) {
        if (Modifier.isPrivate(field.getModifiers())) {
            throw new IllegalArgumentException(field + " is private: code beside it cannot set it");
        }
        methods.append(type(field));
        given.putIfAbsent("paramLabel", "<" + field.getName() + ">");
        Object preset = given.remove("defaultValue");
        given.forEach((name, value) -> methods.append(
                switch (name) {
                    case "converter" -> ".converters(" + instances(value) + ")";
                    case "description" -> ".description(" + told(value, preset) + ")";
                    case "split" -> ".splitRegex(" + literal(value) + ")";
                    default -> "." + name + "(" + literal(value) + ")";
                }));
        String bound = "new Field(it, " + fields + ")";
        methods.append(".hasInitialValue(false).getter(" + bound + ").setter(" + bound + ").build());\n");
        if (preset != null) {
            methods.append("        " + place + " = " + value(field, literal(preset), given.get("converter")) + ";\n");
        }
        binding.append("                case " + fields + " -> {\n                    var it = (" + root
                + ") command;\n                    var was = " + place + ";\n                    if (sets) { " + place
                + " = (" + boxed(field.getType()) + ") value; }\n                    return was;\n                }\n");
        fields++;
    }

    /** A description with the default in it, which picocli is not told of: the field has it already. */
    private static String told(Object description, @Nullable Object preset) {
        return literal(description).replace("${DEFAULT-VALUE}", String.valueOf(preset));
    }

    /** The default as picocli would make it of the text, for one option in a few tens of microseconds. */
    private static String value(Field field, String text, @Nullable Object converters) {
        if (converters != null) {
            return instances(converters) + ".convert(" + text + ")";
        }
        if (field.getType() == String.class) {
            return text;
        }
        if (field.getType() == boolean.class) {
            return text.substring(1, text.length() - 1);
        }
        if (field.getType() == Path.class) {
            return "java.nio.file.Path.of(" + text + ")";
        }
        for (Object constant : Objects.requireNonNullElse(field.getType().getEnumConstants(), new Object[0])) {
            if (literal(constant.toString()).equals(text)) {
                return field.getType().getCanonicalName() + "." + ((Enum<?>) constant).name();
            }
        }
        throw new IllegalArgumentException(field + " has a default and no converter");
    }

    private static String type(Field field) {
        String type = ".type(" + field.getType().getCanonicalName() + ".class)";
        return field.getGenericType() instanceof ParameterizedType generic
                ? type + ".auxiliaryTypes(" + ((Class<?>) generic.getActualTypeArguments()[0]).getCanonicalName()
                        + ".class)"
                : type;
    }

    private static String boxed(Class<?> type) {
        return type.isPrimitive()
                ? Array.get(Array.newInstance(type, 1), 0).getClass().getSimpleName()
                : type.getCanonicalName();
    }

    /** What an annotation says beyond its defaults. */
    private static Map<String, Object> given(Annotation annotation) throws ReflectiveOperationException {
        var given = new TreeMap<String, Object>();
        for (Method member : annotation.annotationType().getDeclaredMethods()) {
            member.setAccessible(true);
            Object value = member.invoke(annotation);
            if (!Objects.deepEquals(value, member.getDefaultValue())) {
                given.put(member.getName(), value);
            }
        }
        return given;
    }

    private static String instances(Object classes) {
        List<String> instances = new ArrayList<>();
        for (Object each : (Object[]) classes) {
            instances.add("new " + ((Class<?>) each).getCanonicalName() + "()");
        }
        return String.join(", ", instances);
    }

    private static String arguments(Object texts) {
        List<String> literals = new ArrayList<>();
        for (Object each : (Object[]) texts) {
            literals.add(literal(each));
        }
        return String.join(", ", literals);
    }

    private static String literal(Object value) {
        if (value instanceof Object[] texts) {
            return arguments(texts);
        }
        if (value instanceof Class<?> type) {
            return type.getCanonicalName() + ".class";
        }
        return value instanceof String text
                ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"'
                : String.valueOf(value);
    }

    private String source() {
        return """
            // Written by the build from the commands' annotations: dev.boxcar.cli.ModelWriter.
            package dev.boxcar.cli;

            import picocli.CommandLine;
            import picocli.CommandLine.Model.CommandSpec;
            import picocli.CommandLine.Model.IGetter;
            import picocli.CommandLine.Model.ISetter;

            final class WrittenModels implements Main.Models {
                @Override
                public Object of(Object command) {
            %s        return command;
                }

                @Override
                public Object outline(Object command) {
            %s        return command;
                }

            %s    @SuppressWarnings("unchecked")
                private static final class Field implements IGetter, ISetter {
                    private final Object command;
                    private final int number;

                    Field(Object command, int number) {
                        this.command = command;
                        this.number = number;
                    }

                    @Override
                    public <T> T get() {
                        return (T) access(false, null);
                    }

                    @Override
                    public <T> T set(T value) {
                        return (T) access(true, value);
                    }

                    private Object access(boolean sets, Object value) {
                        switch (number) {
            %s                default -> throw new IllegalStateException();
                        }
                    }
                }
            }
            """.formatted(choice, outlines, methods, binding);
    }
}
