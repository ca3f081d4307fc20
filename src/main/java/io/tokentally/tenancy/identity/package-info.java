/**
 * Who stands behind an access token: whose signatures are believed (the installation's own, an identity provider's), where
 * their keys come from and how they change, and how claims become a {@link io.tokentally.tenancy.Principal}. The guide is
 * {@code docs/identity.md}.
 *
 * <p>Owns no table; the own keys stand in a folder. May know shared.
 */
package io.tokentally.tenancy.identity;
