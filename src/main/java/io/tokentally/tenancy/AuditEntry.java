package io.tokentally.tenancy;

import java.util.Map;

/**
 * One thing that was done.
 *
 * @param subject what it was done to, such as a tier's name or a key's prefix; never a person; null: nothing named
 * @param person the user key of whom it was done to; null: nobody. Only the key, so that erasing a person reaches this too
 * @param details what changed, without names, addresses or free text of people
 */
public record AuditEntry(AuditAction action, String subject, Long person, Map<String, Object> details) {

    public AuditEntry {
        details = Map.copyOf(details);
    }

    public static AuditEntry of(AuditAction action, String subject, Map<String, Object> details) {
        return new AuditEntry(action, subject, null, details);
    }

    public static AuditEntry ofPerson(AuditAction action, long person, Map<String, Object> details) {
        return new AuditEntry(action, null, person, details);
    }
}
