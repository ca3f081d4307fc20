package io.tokentally.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number as people say it: 10000, 10k, 10M. */
final class Count implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([kmKM]?)");

    @Override
    public Long convert(String text) {
        Matcher count = FORM.matcher(text);
        if (!count.matches() || Long.parseLong(count.group(1)) == 0) {
            throw new TypeConversionException("'%s' is not a number such as 10000, 10k or 10M".formatted(text));
        }
        long unit = switch (count.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 1_000;
            case "m" -> 1_000_000;
            default -> 1;
        };
        return Long.parseLong(count.group(1)) * unit;
    }
}
