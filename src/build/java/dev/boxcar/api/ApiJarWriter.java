// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Part of the build: writes a jar of the types that {@link PublicApi} marks, without the code of their methods. The
 * build compares it with the jar of an earlier version.
 */
final class ApiJarWriter {
    private static final String MARK = "Ldev/boxcar/api/PublicApi;";
    private static final String PACKAGE_INFO = "package-info.class";
    private static final String SUFFIX = ".class";

    private ApiJarWriter() {}

    /** Takes the directory of the classes, the jar to write, and the date of its entries. */
    public static void main(String[] arguments) throws IOException {
        Path classes = Path.of(arguments[0]);
        var all = new TreeMap<String, byte[]>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
                all.put(classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        var marked = new TreeSet<String>();
        all.forEach((name, bytes) -> {
            if (isMarked(bytes)) {
                marked.add(name.endsWith(PACKAGE_INFO) ? packageOf(name) : topLevel(name));
            }
        });
        var date = LocalDate.parse(arguments[2]);
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[1]));
                var jar = new ZipOutputStream(file)) {
            for (var type : all.entrySet()) {
                if (isApi(type.getKey(), marked)) {
                    var entry = new ZipEntry(type.getKey());
                    entry.setTimeLocal(date.atStartOfDay());
                    jar.putNextEntry(entry);
                    jar.write(withoutCode(type.getValue()));
                }
            }
        }
    }

    /** Types that are not public stay in the jar: public ones may extend them. */
    private static boolean isApi(String name, Set<String> marked) {
        return !name.endsWith(PACKAGE_INFO)
                && !name.matches(".*[$][0-9].*")
                && (marked.contains(packageOf(name)) || marked.contains(topLevel(name)));
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('/'));
    }

    private static String topLevel(String name) {
        return name.replaceFirst("([$].*)?[.]class$", "");
    }

    private static boolean isMarked(byte[] type) {
        var visitor = new ClassVisitor(Opcodes.ASM9) {
            private boolean isMarked;

            @Override
            public AnnotationVisitor visitAnnotation(String descriptor, boolean isVisible) {
                isMarked |= descriptor.equals(MARK);
                return super.visitAnnotation(descriptor, isVisible);
            }
        };
        new ClassReader(type).accept(visitor, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        return visitor.isMarked;
    }

    private static byte[] withoutCode(byte[] type) {
        var writer = new ClassWriter(0);
        new ClassReader(type).accept(writer, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        return writer.toByteArray();
    }
}
