package org.smtpgate.bench.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/**
 * The sink's HTTP side: {@code /record/RUN} and {@code /statistics} in JSON; and {@code /auth/PORT}, which lets nginx' mail
 * proxy log anybody in who has a password, and sends it to that port of loopback.
 */
final class ControlSession extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Records records;

    ControlSession(Records records) {
        this.records = records;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws JsonProcessingException {
        String[] path = request.uri().split("/", -1);
        FullHttpResponse response = switch (path.length > 1 ? path[1] : "") {
            case "auth" -> auth(path[2], request);
            case "record" -> json(records.of(Long.parseLong(path[2])).asMap());
            case "statistics" -> json(records.statistics());
            default -> respond(HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER);
        };
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private static FullHttpResponse auth(String port, FullHttpRequest request) {
        FullHttpResponse response = respond(HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        String password = request.headers().get("Auth-Pass", "");
        if (password.isEmpty()) {
            response.headers().set("Auth-Status", "Invalid login or password");
        } else {
            response.headers()
                    .set("Auth-Status", "OK")
                    .set("Auth-Server", "127.0.0.1")
                    .set("Auth-Port", port);
        }
        return response;
    }

    private static FullHttpResponse json(Object value) throws JsonProcessingException {
        return respond(HttpResponseStatus.OK, Unpooled.wrappedBuffer(JSON.writeValueAsBytes(value)));
    }

    private static FullHttpResponse respond(HttpResponseStatus status, ByteBuf body) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        return response;
    }
}
