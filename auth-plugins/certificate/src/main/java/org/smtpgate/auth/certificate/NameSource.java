package org.smtpgate.auth.certificate;

import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Where in a certificate a name is to be found; RFC 5280 section 4.1.2.6 and 4.2.1.6. */
enum NameSource {
    /** The whole distinguished name, as RFC 2253 spells it. */
    SUBJECT {
        @Override
        List<String> names(X509Certificate certificate) {
            return List.of(certificate.getSubjectX500Principal().getName());
        }

        @Override
        boolean hasDomain() {
            return false;
        }
    },

    /** The last common name of the subject. */
    COMMON_NAME {
        @Override
        List<String> names(X509Certificate certificate) {
            try {
                List<Rdn> parts = new ArrayList<>(
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns());
                Collections.reverse(parts);
                return parts.stream()
                        .filter(part -> part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String)
                        .map(part -> (String) part.getValue())
                        .limit(1)
                        .toList();
            } catch (InvalidNameException e) {
                return List.of();
            }
        }
    },

    /** The e-mail addresses among the subject's alternative names; their domains in lower case. */
    EMAIL {
        @Override
        List<String> names(X509Certificate certificate) {
            return alternatives(certificate, RFC822_NAME).stream()
                    .map(NameSource::withLowerCaseDomain)
                    .toList();
        }
    },

    /** The URIs among the subject's alternative names, such as SPIFFE IDs. */
    URI {
        @Override
        List<String> names(X509Certificate certificate) {
            return alternatives(certificate, UNIFORM_RESOURCE_IDENTIFIER);
        }

        @Override
        String domain(String name) {
            try {
                String host = new java.net.URI(name).getHost();
                return host == null ? "" : host;
            } catch (URISyntaxException e) {
                return "";
            }
        }
    };

    private static final int RFC822_NAME = 1;
    private static final int UNIFORM_RESOURCE_IDENTIFIER = 6;

    /** What the certificate has of it, in its order. */
    abstract List<String> names(X509Certificate certificate);

    boolean hasDomain() {
        return true;
    }

    /** What the rule's domains are held against; empty if the name has none. */
    String domain(String name) {
        return name.substring(name.lastIndexOf('@') + 1);
    }

    private static List<String> alternatives(X509Certificate certificate, int type) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(entry -> entry.get(0).equals(type) && entry.get(1) instanceof String)
                            .map(entry -> (String) entry.get(1))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static String withLowerCaseDomain(String address) {
        int at = address.lastIndexOf('@');
        return address.substring(0, at + 1) + address.substring(at + 1).toLowerCase(Locale.ROOT);
    }
}
