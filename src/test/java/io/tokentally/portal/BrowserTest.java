package io.tokentally.portal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An {@link io.tokentally.testing.ApiTest} of the portal in a real Chromium, as somebody at the screen meets it. Its
 * methods take {@link Visits}. Where no Chromium is, it is skipped and says so.
 */
@ExtendWith(VisitsExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface BrowserTest {}
