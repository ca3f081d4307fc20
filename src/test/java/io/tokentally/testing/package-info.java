/** What tests share: one PostgreSQL for all of them, a clock that can be set, organisations that act over HTTP. */
package io.tokentally.testing;
