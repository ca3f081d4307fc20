package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real script, in a folder of its own, with a Java and a Maven that only say how they were called. */
class LauncherTest {

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private record Ran(int exitCode, String out, String err) {}

    @BeforeEach
    void installLauncher() throws IOException {
        Files.createDirectories(folder.resolve("target/quarkus-app"));
        Files.createFile(folder.resolve("target/quarkus-app/quarkus-run.jar"));
        program(folder.resolve("tokentally"), withoutUsualPlaces(Files.readString(Path.of("tokentally"))));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", folder.toString());
    }

    @Test
    void runsTheProductWithANewEnoughJava() throws Exception {
        useJava("25.0.1");
        Ran ran = run("serve", "--port", "8081");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains("-jar " + folder.toRealPath() + "/target/quarkus-app/quarkus-run.jar serve --port 8081");
    }

    @Test
    void keepsItsDataBesideItself() throws Exception {
        useJava("25");
        assertThat(run("serve").out()).contains("home=" + folder.toRealPath() + "/data");
    }

    @Test
    void keepsItsDataWhereToldTo() throws Exception {
        useJava("26-ea");
        environment.put("TOKENTALLY_HOME", "/elsewhere");
        assertThat(run("serve").out()).contains("home=/elsewhere\n");
    }

    @Test
    void findsItselfThroughASymbolicLink() throws Exception {
        useJava("25");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("tt"), Path.of("../tokentally"));
        assertThat(run(List.of("./tt", "serve"), elsewhere).out()).contains("home=" + folder.toRealPath() + "/data");
    }

    @Test
    void saysWhichJavaIsTooOld() throws Exception {
        environment.put("PATH", java("17.0.15").resolve("bin") + ":/usr/bin:/bin");
        assertRefused(
                run("serve"),
                "A JDK 25 or newer is needed and none was found (java on the PATH is 17.0.15);"
                        + " install one, or name its folder in TOKENTALLY_JAVA_HOME.");
    }

    @Test
    void asksAJavaForItsVersionIfItsFolderDoesNotSay() throws Exception {
        Path java = java("1.8.0_402");
        Files.delete(java.resolve("release"));
        environment.put("PATH", java.resolve("bin") + ":/usr/bin:/bin");
        assertThat(run("serve").err()).contains("java on the PATH is 1.8.0_402");
    }

    @Test
    void passesOverAJavaHomeThatIsTooOld() throws Exception {
        environment.put("JAVA_HOME", java("21").toString());
        environment.put("PATH", java("25").resolve("bin") + ":/usr/bin:/bin");
        assertThat(run("serve").exitCode()).isZero();
    }

    @Test
    void insistsOnTheJavaItIsGiven() throws Exception {
        environment.put("TOKENTALLY_JAVA_HOME", java("21").toString());
        assertRefused(run("serve"), "TOKENTALLY_JAVA_HOME=" + folder + "/java-21 is not a JDK 25 or newer.");
    }

    @Test
    void buildsWhenASourceIsNewerThanTheBuild() throws Exception {
        useJava("25");
        Files.createFile(folder.resolve("pom.xml"));
        Path jar = folder.resolve("target/quarkus-app/quarkus-run.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        program(folder.resolve("mvnw"), "echo \"mvnw $*\"; touch " + jar);
        Ran ran = run("token");
        assertThat(ran.err()).startsWith("Building Tokentally (sources changed) ...\nmvnw -B -q ");
        assertThat(ran.out()).doesNotContain("mvnw");
        assertThat(run("token").err()).isEmpty();
    }

    @Test
    void saysThatTheBuildFailed() throws Exception {
        useJava("25");
        Files.createFile(folder.resolve("pom.xml"));
        Files.delete(folder.resolve("target/quarkus-app/quarkus-run.jar"));
        program(folder.resolve("mvnw"), "exit 1");
        Ran ran = run("serve");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).endsWith("tokentally: The build failed; the lines above say where.\n");
    }

    @Test
    void addsTheTestsOfAllReportsUp() throws Exception {
        testsReport("surefire-reports", 20, 0, 0, 1);
        testsReport("failsafe-reports", 5, 0, 0, 0);
        Ran ran = runTests("exit 0");
        assertThat(ran.out()).endsWith("\n24 passed, 0 failed, 1 skipped\n");
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void failsWhenATestFailed() throws Exception {
        testsReport("surefire-reports", 20, 2, 1, 0);
        Ran ran = runTests("exit 1");
        assertThat(ran.out()).endsWith("\n17 passed, 3 failed, 0 skipped\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void failsWhenTheBuildBrokeAfterTheTests() throws Exception {
        testsReport("surefire-reports", 20, 0, 0, 0);
        assertThat(runTests("exit 1").exitCode()).isEqualTo(1);
    }

    @Test
    void failsWhenNoTestRan() throws Exception {
        assertThat(runTests("exit 0").exitCode()).isEqualTo(1);
    }

    @Test
    void doesNotCountTheReportsOfAnEarlierRun() throws Exception {
        testsReport("surefire-reports", 20, 0, 0, 0);
        Files.move(folder.resolve("made/surefire-reports"), folder.resolve("target/surefire-reports"));
        assertThat(runTests("exit 0").out()).endsWith("\n0 passed, 0 failed, 0 skipped\n");
    }

    private Ran runTests(String outcome) throws Exception {
        useJava("25");
        program(folder.resolve("mvnw"), "[ ! -d made ] || cp -r made/* target/\n" + outcome);
        return run("test");
    }

    private void testsReport(String reports, int tests, int failures, int errors, int skipped) throws IOException {
        Path made = Files.createDirectories(folder.resolve("made").resolve(reports));
        Files.writeString(made.resolve("TEST-Some.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="Some" time="1.5" tests="%d" errors="%d" skipped="%d" failures="%d" flakes="0">
                  <testcase name="one"><system-out><![CDATA[
                <testsuite tests="99"]]></system-out></testcase>
                </testsuite>
                """.formatted(tests, errors, skipped, failures));
    }

    private void useJava(String version) throws IOException {
        environment.put("TOKENTALLY_JAVA_HOME", java(version).toString());
    }

    private Path java(String version) throws IOException {
        Path home = folder.resolve("java-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
        program(home.resolve("bin/javac"), "");
        program(home.resolve("bin/java"), """
                if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit; fi
                echo "$*"
                echo "home=$TOKENTALLY_HOME"
                """.formatted(version));
        return home;
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text.startsWith("#!") ? text : "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** So that a Java this machine happens to have does not decide the test. */
    private static String withoutUsualPlaces(String script) {
        return script.replace("/usr/lib/jvm/*", "")
                .replace("/Library/Java/JavaVirtualMachines/*/Contents/Home", "")
                .replace("/opt/*", "");
    }

    private static void assertRefused(Ran ran, String sentence) {
        assertThat(ran.err()).isEqualTo("tokentally: " + sentence + "\n");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
    }

    private Ran run(String... words) throws Exception {
        return run(
                Stream.concat(Stream.of(folder.resolve("tokentally").toString()), Stream.of(words))
                        .toList(),
                Path.of("."));
    }

    private Ran run(List<String> words, Path from) throws Exception {
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(from.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }
}
