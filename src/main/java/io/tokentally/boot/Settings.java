package io.tokentally.boot;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the operator configured, looked up before Quarkus runs in the order Quarkus itself keeps: system property,
 * environment, {@code .env}, {@code config/application.properties}.
 */
record Settings(Map<String, String> environment, Map<String, String> file) {

    static Settings ofThisProcess() {
        Map<String, String> environment = new HashMap<>(read(Path.of(".env")));
        environment.putAll(System.getenv());
        return new Settings(environment, read(Path.of("config", "application.properties")));
    }

    /** A blank value counts as none. */
    Optional<String> find(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(environment.get(variable(name))))
                .or(() -> Optional.ofNullable(file.get(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    DataFolder dataFolder() {
        return DataFolder.at(Path.of(find("tokentally.home").orElse("data")));
    }

    static String variable(String name) {
        return name.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> values = new HashMap<>();
        if (Files.isReadable(file)) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartRefused("%s cannot be read (%s).".formatted(file.toAbsolutePath(), Reason.of(e)), e);
            }
            properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        }
        return values;
    }
}
