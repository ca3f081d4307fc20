package io.tokentally.http;

import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses query parameters that a route does not know, a second value where it takes one, and an empty value where that
 * means nothing. Such a filter would be ignored otherwise, and the answer be of something else than was asked for.
 */
@ApplicationScoped
class QueryNames {

    private static final String NONE = "is not known here; this takes no query parameters";

    /**
     * @param isMany whether it may be sent more than once
     * @param mayBeEmpty whether an empty value has a meaning
     */
    private record Known(String name, boolean isMany, boolean mayBeEmpty) {

        Stream<String> wrongIn(List<String> values) {
            if (values.size() > 1 && !isMany) {
                return Stream.of("must be sent once");
            }
            return values.contains("") && !mayBeEmpty ? Stream.of("must not be empty") : Stream.empty();
        }
    }

    private final Map<Method, Map<String, Known>> ofRoutes = new ConcurrentHashMap<>();

    /** After the request was counted. */
    @ServerRequestFilter(priority = Priorities.USER + 1)
    void check(ResourceInfo route, UriInfo uri) {
        if (uri.getQueryParameters().isEmpty()) {
            return;
        }
        Map<String, Known> known = ofRoutes.computeIfAbsent(route.getResourceMethod(), QueryNames::namesOf);
        List<FieldError> errors = uri.getQueryParameters().entrySet().stream()
                .flatMap(sent -> error(known, sent.getKey(), sent.getValue()))
                .toList();
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    private static Stream<FieldError> error(Map<String, Known> known, String name, List<String> values) {
        Known parameter = known.get(name);
        if (parameter == null) {
            return Stream.of(new FieldError(
                    name,
                    known.isEmpty() ? NONE : "is not known here; known are " + String.join(", ", known.keySet())));
        }
        return parameter.wrongIn(values).map(message -> new FieldError(name, message));
    }

    private static Map<String, Known> namesOf(Method route) {
        var names = new TreeMap<String, Known>();
        Stream.of(route.getParameters()).flatMap(QueryNames::known).forEach(known -> names.put(known.name, known));
        return names;
    }

    private static Stream<Known> known(Parameter parameter) {
        return parameter.isAnnotationPresent(BeanParam.class)
                ? Stream.of(parameter.getType().getDeclaredFields())
                        .flatMap((Field field) -> known(field, field.getType()))
                : known(parameter, parameter.getType());
    }

    private static Stream<Known> known(AnnotatedElement element, Class<?> type) {
        return Stream.ofNullable(element.getAnnotation(QueryParam.class))
                .map(named -> new Known(named.value(), Collection.class.isAssignableFrom(type), mayBeEmpty(element)));
    }

    private static boolean mayBeEmpty(AnnotatedElement parameter) {
        var described =
                parameter.getAnnotation(org.eclipse.microprofile.openapi.annotations.parameters.Parameter.class);
        return described != null && described.allowEmptyValue();
    }
}
