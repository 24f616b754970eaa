package org.smtpgate.auth.dovecot;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What of a client's certificate Dovecot is told as the user's name. */
enum CertificateName {
    /** The common name of the subject. */
    COMMON_NAME {
        @Override
        Stream<?> names(X509Certificate certificate) {
            try {
                List<Object> names = new ArrayList<>();
                for (Rdn rdn :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    Attribute name = rdn.toAttributes().get("CN");
                    names.addAll(name == null ? List.of() : Collections.list(name.getAll()));
                }
                return names.stream();
            } catch (NamingException e) {
                return Stream.empty();
            }
        }
    },
    /** The mail address among the alternative names. */
    EMAIL {
        @Override
        Stream<?> names(X509Certificate certificate) {
            try {
                Collection<List<?>> names = certificate.getSubjectAlternativeNames();
                return names == null
                        ? Stream.empty()
                        : names.stream()
                                .filter(name -> name.get(0).equals(RFC822_NAME))
                                .map(name -> name.get(1));
            } catch (CertificateParsingException e) {
                return Stream.empty();
            }
        }
    };

    /** RFC 5280 section 4.2.1.6. */
    private static final Integer RFC822_NAME = 1;

    abstract Stream<?> names(X509Certificate certificate);

    /** The name; empty where there is none, or more than one to choose from. */
    Optional<String> of(X509Certificate certificate) {
        List<?> names = names(certificate).toList();
        return names.size() == 1 && names.get(0) instanceof String name && legible(name)
                ? Optional.of(name)
                : Optional.empty();
    }

    private static boolean legible(String name) {
        return !name.isBlank() && name.chars().noneMatch(Character::isISOControl);
    }
}
