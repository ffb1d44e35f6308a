using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>REST at its edges, by requests as they go over the wire: an id is the id that was meant, and every refusal says why.</summary>
[Collection("small bank")]
public sealed class RestTests(SmallBank bank)
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("crm%2F0002", "crm/0002")]
    [InlineData("crm%2f0002", "crm/0002")]
    [InlineData("crm%252F0002", "crm%2F0002")]
    [InlineData("a%3Ab", "a:b")]
    [InlineData("a:b", "a:b")]
    [InlineData("%E6%B1%89+%2B%3B%3F%23", "汉++;?#")]
    [InlineData("x%3AupdateConsent", "x:updateConsent")]
    [InlineData("%2F%2F", "//")]
    public async Task A_consent_reaches_the_customer_whose_id_is_in_the_path_and_no_other(string written, string meant)
    {
        var answer = await SendAsync("POST", $"/v1/customers/{written}:updateConsent", """{"channelId":"sms","purpose":"PURPOSE_MARKETING","granted":false}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Single(
            (await bank.Silo.Customers.GetCustomerAsync(new() { CustomerId = meant })).Customer.Consents,
            static consent => !consent.Granted);
        if (written != meant)
        {
            var fault = await Assert.ThrowsAsync<RpcException>(async () =>
                await bank.Silo.Customers.GetCustomerAsync(new() { CustomerId = $"{written}." }));
            Assert.Equal(StatusCode.NotFound, fault.StatusCode);
        }

        var read = await SendAsync("GET", $"/v1/customers/{written}", "");
        Assert.Equal(meant, read.Body.GetProperty("customer").GetProperty("customerId").GetString());
    }

    [Fact, Trait("Category", "Quick")]
    public async Task Every_variable_of_a_path_is_decoded()
    {
        Assert.Equal("There is no campaign 'a/b'.", (await SendAsync("GET", "/v1/campaigns/a%2Fb", "")).Message);
        Assert.Equal("a/b", (await SendAsync("POST", "/v1/models/a%2Fb:freeze", "{}")).Info("action_id"));
        Assert.Contains("a:watch", (await SendAsync("GET", "/v1/campaigns/a%3Awatch", "")).Message, StringComparison.Ordinal);
        Assert.Equal("decision_id", (await SendAsync("GET", "/v1/customers/a%2Fdecisions/decisions/d%3Areplay", "")).Fields[0].Path);
    }

    [Theory]
    [InlineData("/v1/customers/a%FF")]
    [InlineData("/v1/customers/a%ZZ")]
    [InlineData("/v1/customers/a%2")]
    [InlineData("/v1/customers/%2E%2E/contacts")]
    [InlineData("/v1/deadLetters?channelId=%FF")]
    public async Task What_cannot_be_decoded_is_refused(string path)
    {
        var answer = await SendAsync("GET", path, "");

        Assert.Equal((HttpStatusCode.BadRequest, "MALFORMED_REQUEST"), (answer.Status, answer.Reason));
    }

    [Theory]
    [InlineData("{\"changes\":[}", "changes", 13)]
    [InlineData("{\"changes\":\n [{\"tagId\":\"age\",,}]}", "changes[0]", 18)]
    [InlineData("", "", 0)]
    public async Task Broken_json_is_told_with_its_place(string body, string path, int column)
    {
        var answer = await SendAsync("POST", "/v1/customers/rest:updateTags", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        if (body.Length == 0)
        {
            Assert.Equal(("INVALID_FIELDS", "changes"), (answer.Reason, answer.Fields[0].Path));
        }
        else
        {
            Assert.Equal(("MALFORMED_REQUEST", path, $"{column}"), (answer.Reason, answer.Info("path"), answer.Info("column")));
        }
    }

    [Theory]
    [InlineData("""{"changes":[{"tagId":"age","set":{"timeValue":"2026-03-01"}}]}""", "changes[0].set.time_value", "2026-03-01T09:00:00Z")]
    [InlineData("""{"changes":[{"tagId":"age","set":{"integerValue":"3"},"expireTim":"2026-12-01T00:00:00Z"}]}""", "changes[0].expireTim", "did you mean 'expireTime'?")]
    [InlineData("""{"changes":[{"tagId":"age","set":{"integerValue":true}}]}""", "changes[0].set.integer_value", "is true; a whole number is expected (line 1")]
    [InlineData("""{"changes":[{"tagId":"age","set":3}]}""", "changes[0].set", "{\"integerValue\": 3}")]
    [InlineData("""{"changes":[{"tagId":"age","set":{"integerValue":99999999999999999999}}]}""", "changes[0].set.integer_value", "64 bits")]
    [InlineData("""{"changes":[{"tagId":"age","set":{"integerValue":1,"boolValue":true}}]}""", "changes[0].set.bool_value", "of which one only")]
    [InlineData("""{"changes":[],"changes":[]}""", "changes", "twice")]
    [InlineData("""{"customer":"c"}""", "customer", "did you mean 'customerId'?")]
    [InlineData("""{"changes":{}}""", "changes", "a list")]
    [InlineData("""[]""", "body", "an object")]
    public async Task What_the_message_does_not_take_is_told_with_its_path(string body, string path, string sentence)
    {
        var answer = await SendAsync("POST", "/v1/customers/rest:updateTags", body);

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_FIELDS"), (answer.Status, answer.Reason));
        Assert.Contains(answer.Fields, field => field.Path == path && field.Sentence.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_enum_is_taken_by_its_short_name_and_a_wrong_one_is_told_all()
    {
        var right = await SendAsync("POST", "/v1/customers/short:updateConsent", """{"channel_id":"sms","purpose":"marketing","granted":true}""");
        var wrong = await SendAsync("POST", "/v1/customers/short:updateConsent", """{"channelId":"sms","purpose":"MARKETNG","granted":true}""");

        Assert.Equal(HttpStatusCode.OK, right.Status);
        var field = Assert.Single(wrong.Fields);
        Assert.Equal("purpose", field.Path);
        Assert.Contains("one of MARKETING,", field.Sentence, StringComparison.Ordinal);
        Assert.Contains("PERSONALIZATION", field.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decimal_may_be_a_number_and_a_whole_number_a_text()
    {
        var answer = await SendAsync("POST", "/v1/customers/plain:updateTags", """{"changes":[{"tagId":"aum","set":{"decimalValue":12.5}},{"tagId":"age","set":{"integerValue":"41"}}]}""");
        var limited = await SendAsync("POST", "/v1/recommendations:recommend", """{"customerId":"plain","placementId":"app_home","limit":"2"}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.Status, limited.Status));
        var tags = (await bank.Silo.Customers.GetCustomerAsync(new() { CustomerId = "plain" })).Customer.Tags;
        Assert.Equal("12.5", tags.Single(static tag => tag.TagId == "aum").Value.DecimalValue);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=gb18030")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_or_charset_is_refused(string? contentType)
    {
        var answer = await SendAsync("POST", "/v1/customers/rest:updateTags", """{"changes":[]}""", contentType);

        Assert.Equal((HttpStatusCode.BadRequest, "MALFORMED_REQUEST"), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task A_body_that_is_no_utf8_is_refused()
    {
        using var content = new ByteArrayContent([.. "{\"channelId\":\""u8, 0xD6, 0xD0, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        var answer = await AnswerAsync(await Http.PostAsync($"{bank.Silo.HttpAddress}/v1/customers/rest:updateConsent", content));

        Assert.Equal((HttpStatusCode.BadRequest, "MALFORMED_REQUEST"), (answer.Status, answer.Reason));
        Assert.Contains("byte 14", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/foo", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "/v1/foo")]
    [InlineData("GET", "/v1/customer/x", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "did you mean /v1/customers/x?")]
    [InlineData("POST", "/v1/customers/x:updateTag", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "did you mean /v1/customers/x:updateTags?")]
    [InlineData("GET", "/v1/recommendations:recommend", HttpStatusCode.MethodNotAllowed, "NOT_SUPPORTED", "POST is")]
    [InlineData("POST", "/v1/customers/:erase", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "the place of {customer_id} in /v1/customers/{customer_id}:erase is empty")]
    [InlineData("POST", "/v1/customers/007%3aerase", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "a ':' that is written as %3A belongs to an id")]
    [InlineData("DELETE", "/v1/catalog", HttpStatusCode.MethodNotAllowed, "NOT_SUPPORTED", "GET is")]
    public async Task A_path_that_leads_nowhere_is_told_with_the_near_one(
        string method, string path, HttpStatusCode status, string reason, string sentence)
    {
        var answer = await SendAsync(method, path, method == "POST" ? "{}" : "");

        Assert.Equal((status, reason), (answer.Status, answer.Reason));
        Assert.Contains(sentence, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/operations?pageSise=3", "pageSise", "did you mean 'pageSize'?")]
    [InlineData("GET", "/v1/operations?pageSize=many", "pageSize", "a whole number")]
    [InlineData("POST", "/v1/catalog:apply?validateOnly=true", "validateOnly", "into its body")]
    public async Task A_query_that_no_field_takes_is_refused(string method, string path, string field, string sentence)
    {
        var answer = await SendAsync(method, path, method == "POST" ? "{}" : "");

        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Fields[0].Path));
        Assert.Contains(sentence, answer.Fields[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_are_listed_at_their_own_path() =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/operations?page_size=3", "")).Status);

    // Written to the socket: a client's own library mends paths.
    private async Task<Answer> SendAsync(string method, string path, string body, string? contentType = "application/json")
    {
        var address = new Uri(bank.Silo.HttpAddress);
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await using var stream = socket.GetStream();
        var bytes = Encoding.UTF8.GetBytes(body);
        var type = contentType is null || method == "GET" ? "" : $"content-type: {contentType}\r\n";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{method} {path} HTTP/1.0\r\nhost: {address.Authority}\r\n{type}content-length: {bytes.Length}\r\n\r\n"));
        await stream.WriteAsync(bytes);
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        var (head, json) = text.Split("\r\n\r\n", 2) is [var first, var second] ? (first, second) : (text, "");
        return new(
            (HttpStatusCode)int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture),
            JsonDocument.Parse(json).RootElement);
    }

    private static async Task<Answer> AnswerAsync(HttpResponseMessage message) =>
        new(message.StatusCode, JsonDocument.Parse(await message.Content.ReadAsStringAsync()).RootElement);

    private sealed record Answer(HttpStatusCode Status, JsonElement Body)
    {
        public string Message => Body.GetProperty("message").GetString()!;

        public string Reason => Assert.Single(Details("ErrorInfo")).GetProperty("reason").GetString()!;

        public IReadOnlyList<(string Path, string Sentence)> Fields =>
            [.. Details("BadRequest").SelectMany(static detail => detail.GetProperty("fieldViolations").EnumerateArray())
                .Select(static each => (each.GetProperty("field").GetString()!, each.GetProperty("description").GetString()!))];

        public string? Info(string key) => Details("ErrorInfo").Single().GetProperty("metadata").GetProperty(key).GetString();

        private IEnumerable<JsonElement> Details(string type) =>
            Body.GetProperty("details")
                .EnumerateArray()
                .Where(each => each.GetProperty("@type").GetString()!.EndsWith($".{type}", StringComparison.Ordinal));
    }
}
