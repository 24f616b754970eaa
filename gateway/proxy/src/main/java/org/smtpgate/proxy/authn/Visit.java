package org.smtpgate.proxy.authn;

import org.smtpgate.auth.Origin;
import org.smtpgate.sasl.ChannelBindings;

/**
 * What a session brings to a login.
 *
 * @param origin where it comes from
 * @param bindings of the connection that {@code origin} tells of
 * @param judge whom {@link UpstreamBackend} stands for in this session
 */
public record Visit(Origin origin, ChannelBindings bindings, SessionJudge judge) {}
