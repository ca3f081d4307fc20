package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A person who consumes. Facts and sums know only {@link #key}; this row alone knows who it is. */
@Entity
@Table(name = "app_user")
class AppUser {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Column(name = "user_key")
    Long key;

    @Column(name = "tenant_id")
    String tenantId;

    @Column(name = "user_id")
    String userId;

    /** How the tenant writes the id in JSON; null until it was seen there. */
    @Column(name = "user_id_is_number")
    Boolean idIsNumber;

    String username;

    String email;

    /** Null: the tenant's default tier. */
    String tier;

    @JdbcTypeCode(SqlTypes.JSON)
    String limits = "{}";

    @Column(name = "created_at")
    Instant createdAt;

    MonthlyLimits limitsOver(MonthlyLimits ofTier) {
        return LimitOverrides.parse(limits).over(ofTier);
    }
}
