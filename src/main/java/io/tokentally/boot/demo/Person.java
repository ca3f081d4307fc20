package io.tokentally.boot.demo;

import io.tokentally.quota.NewUser;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.UserId;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Somebody on the invented learning platform.
 *
 * @param tier null: the tenant's default
 * @param zeal how much more they do than others
 * @param joinedDaysAgo the first of their days
 */
record Person(int id, String name, String tier, double zeal, int joinedDaysAgo, String gradeLevel) {

    /** 101 to 220, so that the 123 of all examples is among them. */
    static final int FIRST_ID = 101;

    private static final int HOW_MANY = 120;

    private static final List<String> FIRST_NAMES = List.of(
            "ada", "amir", "anna", "bela", "chen", "dina", "elif", "emil", "fatou", "felix", "gita", "hugo", "ines",
            "ivan", "jana", "jonas", "kaya", "kofi", "lena", "luca", "maria", "mateo", "nadia", "noah", "olga", "omar",
            "priya", "quinn", "rosa", "sven");

    private static final List<String> LAST_NAMES = List.of(
            "abe", "baker", "costa", "diaz", "eriksen", "fischer", "gupta", "haddad", "ito", "jansen", "kim", "lopez",
            "mensah", "novak", "okafor", "petrov", "rossi", "santos", "tanaka", "ueda", "vogel", "weber", "yilmaz");

    static List<Person> all() {
        var dice = new Dice(HOW_MANY);
        return IntStream.range(0, HOW_MANY).mapToObj(i -> invented(i, dice)).toList();
    }

    boolean isThere(int daysAgo) {
        return daysAgo <= joinedDaysAgo;
    }

    UserId userId() {
        return new UserId(String.valueOf(id));
    }

    NewUser asNewUser() {
        return new NewUser(new JsonUserId(userId(), true), name, name + "@example.com", tier);
    }

    private static Person invented(int i, Dice dice) {
        String tier = tier(i);
        return new Person(
                FIRST_ID + i,
                name(i),
                tier,
                zeal(tier) * dice.around(100, 0.6) / 100,
                i % 5 < 3 ? DemoDay.DAYS : dice.between(0, DemoDay.DAYS),
                String.valueOf(dice.between(5, 13)));
    }

    /** Shifted by the round, or people of one first name would share a tier. */
    private static String name(int i) {
        int round = i / FIRST_NAMES.size();
        return FIRST_NAMES.get((i + 11 * round) % FIRST_NAMES.size()) + "." + LAST_NAMES.get(i % LAST_NAMES.size());
    }

    /** Of 30 people one is unlimited, three are pro, eight basic, and the others have the tenant's default. */
    private static String tier(int i) {
        return switch (i % 30) {
            case 7 -> "unlimited";
            case 2, 12, 22 -> "pro";
            case 0, 4, 9, 14, 17, 19, 24, 28 -> "basic";
            default -> null;
        };
    }

    private static double zeal(String tier) {
        if (tier == null) {
            return 0.8;
        }
        return switch (tier) {
            case "unlimited" -> 6;
            case "pro" -> 4;
            default -> 2;
        };
    }
}
