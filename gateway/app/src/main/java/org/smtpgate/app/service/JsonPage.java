package org.smtpgate.app.service;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * A page of the admin server that programs can read.
 *
 * @param path such as {@code /unknown-outcomes}
 * @param content what is there now, by the parameters of the query; runs on a worker; throws IllegalArgumentException with
 *     what is wrong with them
 */
public record JsonPage(String path, Function<MultiMap, JsonObject> content) {}
