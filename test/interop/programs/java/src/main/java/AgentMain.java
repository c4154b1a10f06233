import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A service that knows nothing of a tracing set-up: the agent (-javaagent) makes the spans of the request and of its
 * handling, and sends the logs. The handler makes the known set of spans below the agent's. Asks itself once and prints
 * the answer: what was sent, as one line of JSON.
 */
public final class AgentMain {
  private static final Logger LOGGER = Logger.getLogger("interop.program");

  public static void main(String[] args) throws Exception {
    LOGGER.setUseParentHandlers(false);
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/work",
        exchange -> {
          String sent =
              new Shape(GlobalOpenTelemetry.get())
                  .make((severity, message) -> LOGGER.log(severity == 13 ? Level.WARNING : Level.INFO, message));
          byte[] body = sent.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/work");
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    server.stop(0);
    System.out.println(answer.body());
  }
}
