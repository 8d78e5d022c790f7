// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Part of the build: reads the annotations of the commands and generates, in each package with options, the class
 * {@code WrittenModels}, which gives picocli the same options in plain code. Reading the annotations at each start
 * takes longer than the rest of the start (docs/performance.md, "Process start").
 *
 * <p>A class per package, because plain code in the same package can set fields that are not public. Commands with
 * argument groups keep their annotations; only their outline is generated. A private field or an unknown member of an
 * annotation fails the build.
 */
final class ModelWriter {
    private static final Set<String> OUTLINE_ATTRIBUTES = Set.of("name", "header", "description", "hidden");
    private static final String ROOT_PACKAGE = "dev.boxcar.cli";

    /** The parts of one generated class. */
    private static final class Source {
        private final StringBuilder fields = new StringBuilder();
        private final StringBuilder methods = new StringBuilder();
        private final StringBuilder models = new StringBuilder();
        private final StringBuilder outlines = new StringBuilder();
        private int fieldCount;
    }

    private final Map<String, Source> sources = new TreeMap<>();
    private final Set<Class<?>> written = new HashSet<>();

    private ModelWriter() {}

    /** Takes the directory to write to. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        var writer = new ModelWriter();
        CommandLine root = Main.commands(Map.of());
        writer.command(root.getCommandSpec());
        writer.subcommands(root);
        for (String name : writer.sources.keySet()) {
            Path directory = Path.of(arguments[0]).resolve(name.replace('.', '/'));
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("WrittenModels.java"), writer.text(name));
        }
    }

    private void subcommands(CommandLine command) throws ReflectiveOperationException {
        for (CommandLine subcommand : command.getSubcommands().values()) {
            CommandSpec spec = subcommand.getCommandSpec();
            if (spec.argGroups().isEmpty()) {
                command(spec);
            } else {
                outline(spec);
            }
            subcommands(subcommand);
        }
    }

    private Source source(Class<?> type) {
        return sources.computeIfAbsent(type.getPackageName(), name -> new Source());
    }

    private void command(CommandSpec spec) throws ReflectiveOperationException {
        outline(spec);
        Class<?> type = spec.userObject().getClass();
        String name = name(type);
        Source source = source(type);
        source.models.append("        if (command instanceof " + name + " it) { return modelOf(it); }\n");
        var method = new StringBuilder("    private static CommandSpec modelOf(" + name
                + " it) {\n        CommandSpec spec = outlineOf(it);\n");
        for (Class<?> each : withSuperclasses(type)) {
            Command command = each.getAnnotation(Command.class);
            if (command != null) { // a superclass need not be a command itself
                attributes(method, command, false);
            }
            method.append(addCall(each, "(" + name(each) + ") it"));
            members(each);
        }
        source.methods.append(method).append("        return spec;\n    }\n\n");
    }

    /** The name of a class within its package: {@code Outer.Inner} if it is nested. */
    private static String name(Class<?> type) {
        return type.getCanonicalName().substring(type.getPackageName().length() + 1);
    }

    /** A class and its superclasses, the superclasses first. */
    private static List<Class<?>> withSuperclasses(Class<?> type) {
        var all = new ArrayList<Class<?>>();
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            all.add(0, each);
        }
        return all;
    }

    private void outline(CommandSpec spec) throws ReflectiveOperationException {
        Class<?> type = spec.userObject().getClass();
        String name = name(type);
        Source source = source(type);
        source.outlines.append("        if (command instanceof " + name + " it) { return outlineOf(it); }\n");
        var method = new StringBuilder("    private static CommandSpec outlineOf(" + name + " it) {\n"
                + "        CommandSpec spec = CommandSpec.wrapWithoutInspection(it, CommandModels.FACTORY);\n");
        attributes(method, type.getAnnotation(Command.class), true);
        source.methods.append(method).append("        return spec;\n    }\n\n");
    }

    private static void attributes(StringBuilder method, Command command, boolean ofOutline)
            throws ReflectiveOperationException {
        for (Map.Entry<String, Object> attribute : given(command).entrySet()) {
            String name = attribute.getKey();
            if (OUTLINE_ATTRIBUTES.contains(name) != ofOutline) {
                continue;
            }
            if (name.equals("versionProvider")) {
                method.append("        spec.versionProvider(new "
                        + literal(attribute.getValue()).replace(".class", "") + "());\n");
            } else {
                boolean isOfCommand = name.equals("name") || name.startsWith("exitCode");
                String target = isOfCommand ? "spec" : "spec.usageMessage()";
                method.append("        " + target + "." + name + "(" + literal(attribute.getValue()) + ");\n");
            }
        }
    }

    private static String addCall(Class<?> type, String path) {
        return "        " + type.getPackageName() + ".WrittenModels.add(spec, " + path + ");\n";
    }

    /** The method that adds the options of a class, in the order in which picocli takes them: as declared. */
    private void members(Class<?> type) throws ReflectiveOperationException {
        if (!written.add(type)) {
            return;
        }
        boolean isPublic = Modifier.isPublic(type.getModifiers());
        var method = new StringBuilder(
                "    " + (isPublic ? "public " : "") + "static void add(CommandSpec spec, " + name(type) + " it) {\n");
        for (Field field : type.getDeclaredFields()) {
            String path = "it." + field.getName();
            if (field.isAnnotationPresent(Mixin.class)) {
                method.append("        " + path + " = new " + field.getType().getCanonicalName() + "();\n");
                method.append(addCall(field.getType(), path));
                members(field.getType());
            } else if (field.isAnnotationPresent(Spec.class)) {
                method.append("        " + path + " = spec;\n");
            } else if (field.isAnnotationPresent(Option.class)) {
                Map<String, Object> given = given(field.getAnnotation(Option.class));
                method.append("        spec.addOption(CommandLine.Model.OptionSpec.builder("
                        + arguments(Objects.requireNonNull(given.remove("names"))) + ")");
                argument(method, field, given, path);
            } else if (field.isAnnotationPresent(Parameters.class)) {
                method.append("        spec.addPositional(CommandLine.Model.PositionalParamSpec.builder()");
                Map<String, Object> given = given(field.getAnnotation(Parameters.class));
                given.put("required", !String.valueOf(given.get("arity")).startsWith("0"));
                argument(method, field, given, path);
            }
        }
        source(type).methods.append(method).append("    }\n\n");
    }

    private void argument(StringBuilder method, Field field, Map<String, Object> given, String path) {
        if (Modifier.isPrivate(field.getModifiers())) {
            throw new IllegalArgumentException(field + " is private, so the generated code cannot set it");
        }
        Source source = source(field.getDeclaringClass());
        method.append(type(field));
        given.putIfAbsent("paramLabel", "<" + field.getName() + ">");
        Object defaultValue = given.remove("defaultValue");
        given.forEach((name, value) -> method.append(
                switch (name) {
                    case "converter" -> ".converters(" + instances(value) + ")";
                    case "description" -> ".description(" + description(value, defaultValue) + ")";
                    case "split" -> ".splitRegex(" + literal(value) + ")";
                    default -> "." + name + "(" + literal(value) + ")";
                }));
        String binding = "new Field(it, " + source.fieldCount + ")";
        method.append(".hasInitialValue(false).getter(" + binding + ").setter(" + binding + ").build());\n");
        if (defaultValue != null) {
            method.append("        " + path + " = " + initialValue(field, String.valueOf(defaultValue), given) + ";\n");
        }
        source.fields.append("                case " + source.fieldCount + " -> {\n                    var it = ("
                + name(field.getDeclaringClass()) + ") owner;\n                    var was = " + path
                + ";\n                    if (sets) { " + path + " = (" + boxed(field.getType())
                + ") value; }\n                    return was;\n                }\n");
        source.fieldCount++;
    }

    /** A description that contains the default value: picocli does not know it, because the field already has it. */
    private static String description(Object description, @Nullable Object defaultValue) {
        return literal(description).replace("${DEFAULT-VALUE}", String.valueOf(defaultValue));
    }

    /** The expression for the default value; a list has it split, as on the command line. */
    private static String initialValue(Field field, String text, Map<String, Object> given) {
        Object converters = given.get("converter");
        if (!Collection.class.isAssignableFrom(field.getType())) {
            return value(field, literal(text), converters);
        }
        return Arrays.stream(text.split(String.valueOf(given.get("split")), -1))
                .map(element -> value(field, literal(element), converters))
                .collect(joining(", ", "new java.util.ArrayList<>(java.util.List.of(", "))"));
    }

    /** The expression for the default value. Picocli would take tens of microseconds per option to convert the text. */
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
        if (field.getType() == URI.class) {
            return "java.net.URI.create(" + text + ")";
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

    /** The members of an annotation that differ from their defaults. */
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

    private String text(String name) {
        Source source = sources.get(name);
        boolean isRoot = name.equals(ROOT_PACKAGE);
        var nextModel = new StringBuilder();
        var nextOutline = new StringBuilder();
        if (isRoot) {
            for (Map.Entry<String, Source> other : sources.entrySet()) {
                if (!other.getKey().equals(name) && !other.getValue().models.isEmpty()) {
                    String type = other.getKey() + ".WrittenModels";
                    nextModel.append("        command = " + type + ".model(command);\n");
                    nextOutline.append("        command = " + type + ".outlineModel(command);\n");
                }
            }
        }
        String instance = """
                @Override
                public Object of(Object command) {
                    return model(command);
                }

                @Override
                public Object outline(Object command) {
                    return outlineModel(command);
                }

            """;
        return """
            // Generated by the build from the commands' annotations: dev.boxcar.cli.ModelWriter.
            package %s;

            import dev.boxcar.cli.option.CommandModels;
            import picocli.CommandLine;
            import picocli.CommandLine.Model.CommandSpec;
            import picocli.CommandLine.Model.IGetter;
            import picocli.CommandLine.Model.ISetter;

            public final class WrittenModels%s {
            %s    public static Object model(Object command) {
            %s%s        return command;
                }

                public static Object outlineModel(Object command) {
            %s%s        return command;
                }

            %s    @SuppressWarnings("unchecked")
                private static final class Field implements IGetter, ISetter {
                    private final Object owner;
                    private final int number;

                    Field(Object owner, int number) {
                        this.owner = owner;
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
            """.formatted(
                        name,
                        isRoot ? " implements CommandModels" : "",
                        isRoot ? instance : "",
                        source.models,
                        nextModel,
                        source.outlines,
                        nextOutline,
                        source.methods,
                        source.fields);
    }
}
