package io.tokentally.boot;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What the commands that mint an access token are told about it. */
final class GrantOptions {

    private static final String PLATFORM_ADMIN = "platform-admin";
    private static final Set<String> ROLES = new TreeSet<>(List.of("admin", "service", "member", PLATFORM_ADMIN));

    @Option(names = "--tenant", paramLabel = "ID", description = "the organisation; not needed for platform-admin")
    private TenantId tenant;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description = "admin, service, member or platform-admin; may be given more than once")
    private List<String> roles;

    @Option(names = "--user", paramLabel = "ID", description = "whose token it is; needed for member")
    private UserId user;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1d",
            description = "how long it is good for, such as 15m, 12h or 30d (default: ${DEFAULT-VALUE})")
    private Duration ttl;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    static CommandLine registerTypes(CommandLine commandLine) {
        return commandLine
                .registerConverter(TenantId.class, text -> valid(() -> new TenantId(text)))
                .registerConverter(UserId.class, text -> valid(() -> new UserId(text)))
                .registerConverter(Duration.class, GrantOptions::duration);
    }

    /** @throws ParameterException for what makes no sense together */
    Grant grant() {
        return grant(tenant);
    }

    /** As {@link #grant}, of this tenant where one is needed and none was named. */
    Grant grantOr(TenantId otherwise) {
        return grant(tenant == null && needTenant() ? otherwise : tenant);
    }

    private Grant grant(TenantId tenant) {
        refuseContradictions(tenant);
        return new Grant(Optional.ofNullable(tenant), Optional.ofNullable(user), roles, ttl);
    }

    private void refuseContradictions(TenantId tenant) {
        for (String role : roles) {
            require(ROLES.contains(role), "--role is one of " + String.join(", ", ROLES) + ", not " + role);
        }
        require(tenant != null || !needTenant(), "--tenant is missing");
        require(user != null || !roles.contains("member"), "--user is missing: a member is a user");
    }

    private boolean needTenant() {
        return !roles.stream().allMatch(PLATFORM_ADMIN::equals);
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static Duration duration(String text) {
        Matcher form = Pattern.compile("([1-9]\\d{0,5})([smhd])").matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("it is a number and a unit, such as 15m, 12h or 30d");
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static <T> T valid(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
