package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A search filter with places for a login, such as {@code (mail={login})}. It is taken apart once; a login only ever becomes
 * the value that an attribute is compared with, never a part of the filter's language (RFC 4515).
 */
record FilterTemplate(Filter filter) {

    /** @throws LDAPException for a text that is no filter */
    static FilterTemplate of(String text) throws LDAPException {
        return new FilterTemplate(Filter.create(text));
    }

    /** How many places it has where values stand that can be filled. */
    long places() {
        return places(filter);
    }

    /** The filter for this login; none when it leaves a place empty. */
    Optional<Filter> fill(Login login) {
        return fill(filter, login);
    }

    private static long places(Filter part) {
        return switch (part.getFilterType()) {
            case Filter.FILTER_TYPE_AND, Filter.FILTER_TYPE_OR -> {
                long places = 0;
                for (Filter component : part.getComponents()) {
                    places += places(component);
                }
                yield places;
            }
            case Filter.FILTER_TYPE_NOT -> places(part.getNOTComponent());
            case Filter.FILTER_TYPE_EQUALITY, Filter.FILTER_TYPE_EXTENSIBLE_MATCH ->
                Login.places(part.getAssertionValue());
            default -> 0;
        };
    }

    private static Optional<Filter> fill(Filter part, Login login) {
        return switch (part.getFilterType()) {
            case Filter.FILTER_TYPE_AND -> all(part, login).map(Filter::createANDFilter);
            case Filter.FILTER_TYPE_OR -> all(part, login).map(Filter::createORFilter);
            case Filter.FILTER_TYPE_NOT -> fill(part.getNOTComponent(), login).map(Filter::createNOTFilter);
            default ->
                places(part) == 0
                        ? Optional.of(part)
                        : login.fill(part.getAssertionValue()).map(value -> with(value, part));
        };
    }

    private static Filter with(String value, Filter part) {
        return part.getFilterType() == Filter.FILTER_TYPE_EQUALITY
                ? Filter.createEqualityFilter(part.getAttributeName(), value)
                : Filter.createExtensibleMatchFilter(
                        part.getAttributeName(), part.getMatchingRuleID(), part.getDNAttributes(), value);
    }

    private static Optional<List<Filter>> all(Filter part, Login login) {
        List<Filter> filled = new ArrayList<>();
        for (Filter component : part.getComponents()) {
            Optional<Filter> one = fill(component, login);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            filled.add(one.get());
        }
        return Optional.of(filled);
    }
}
