// A client of 印证 in Java 11 or newer, with nothing but the JDK. Put the class into a file of its own
// and parse JSON with the library that you use; here a few lines find the members that are needed.
//
//   YZ_URL=http://127.0.0.1:8080 YZ_CLIENT=NAME YZ_SECRET=… java Yinzheng.java license.json

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;

public final class Yinzheng {
    /** An answer that is not a success; {@code code} is stable, see schema/codes.md. */
    public static final class Problem extends IOException {
        public final int status;
        public final String code;

        Problem(int status, String body) {
            super(status + " " + body);
            this.status = status;
            this.code = member(body, "code");
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String url;
    private final String client;
    private final String secret;
    private String token;

    public Yinzheng(String url, String client, String secret) {
        this.url = url.replaceAll("/$", "");
        this.client = client;
        this.secret = secret;
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(
                request.timeout(Duration.ofMinutes(1)).build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() >= 300) {
            throw new Problem(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    /**
     * A token for ten minutes. In production a client proves itself by private_key_jwt
     * (docs/clients.md); a secret is for tests.
     */
    public void authorize() throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id="
                + URLEncoder.encode(client, StandardCharsets.UTF_8)
                + "&client_secret=" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(url + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        token = member(send(request), "access_token");
    }

    /** Calls with the token, and once more with a new one when that has ended. */
    public String post(String path, String json, String... headers)
            throws IOException, InterruptedException {
        for (boolean last = false; ; last = true) {
            if (token == null) {
                authorize();
            }
            var request = HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8));
            for (int at = 0; at + 1 < headers.length; at += 2) {
                request.header(headers[at], headers[at + 1]);
            }
            try {
                return send(request);
            } catch (Problem problem) {
                if (problem.status != 401 || last) {
                    throw problem;
                }
                token = null;
            }
        }
    }

    /**
     * Issues a license; its id. The same key never issues twice, so repeat a request that failed
     * under the same one.
     */
    public String issue(String license, String key) throws IOException, InterruptedException {
        return member(post("/v1/licenses", license, "Idempotency-Key", key), "id");
    }

    /** Whether a license is genuine and valid: the outcome, never the status. */
    public String verify(String id) throws IOException, InterruptedException {
        String asked = "{\"license_id\":\"" + id + "\"}";
        return member(post("/v1/verifications", asked), "outcome");
    }

    /** How a license stands in the register. */
    public String status(String id) throws IOException, InterruptedException {
        String asked = "{\"data\":{\"license_id\":\"" + id + "\"}}";
        return member(post("/compat/status", asked), "state");
    }

    /** The first member of this name whose value is a text without escapes. */
    private static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    public static void main(String[] arguments) throws Exception {
        var client = new Yinzheng(
                System.getenv("YZ_URL"), System.getenv("YZ_CLIENT"), System.getenv("YZ_SECRET"));
        String license = Files.readString(Path.of(arguments[0]), StandardCharsets.UTF_8);
        String id = client.issue(license, UUID.randomUUID().toString());
        System.out.println("issued " + id);
        System.out.println("outcome " + client.verify(id));
        System.out.println("state " + client.status(id));
        try {
            client.status("00000000-0000-7000-8000-000000000000");
        } catch (Problem problem) {
            System.out.println("unknown " + problem.status);
        }
    }
}
