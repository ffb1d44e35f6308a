using System.Net;
using System.Text;
using System.Text.Json;

namespace Zhice.SystemTests.Security;

/// <summary>A person's browser: it keeps cookies, and follows no redirect by itself.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;
    private readonly CookieContainer _cookies;

    public Browser(SecuredSilo silo)
    {
        var handler = silo.CreateHandler();
        handler.UseCookies = true;
        (_http, _cookies, Address) = (new(handler), handler.CookieContainer, silo.HttpAddress);
    }

    /// <summary>The host that it calls.</summary>
    public string Address { get; set; }

    /// <summary>The cookie of the session.</summary>
    public string Cookie
    {
        get => _cookies.GetCookies(new(Address))["__Host-zhice"]!.Value;
        set => _cookies.Add(new Uri(Address), new Cookie("__Host-zhice", value, "/") { Secure = true });
    }

    public Task<HttpResponseMessage> OpenAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path.StartsWith('/') ? Address + path : path);
        request.Headers.Accept.ParseAdd("text/html");
        return _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, string? antiForgery = null)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            Address + path) { Content = json.Length > 0 ? new StringContent(json, Encoding.UTF8, "application/json") : null };
        request.Headers.Add("Origin", Address);
        if (antiForgery is not null)
        {
            request.Headers.Add("x-zhice-csrf", antiForgery);
        }

        return _http.SendAsync(request);
    }

    public async Task<JsonElement> MeAsync() =>
        JsonSerializer.Deserialize<JsonElement>(await (await OpenAsync("/auth/me")).Content.ReadAsStringAsync());

    /// <summary>The way of a browser: to the provider, back with a code, perhaps to another host, and to the page.</summary>
    public async Task<string> SignInAsync(string name, string roles, string page, string? backAt = null)
    {
        var login = await OpenAsync($"/auth/login?return={Uri.EscapeDataString(page)}");
        var provider = await OpenAsync($"{login.Headers.Location}&name={name}&roles={Uri.EscapeDataString(roles)}");
        Address = backAt ?? Address;
        var callback = await OpenAsync(Address + provider.Headers.Location!.PathAndQuery);
        var cookie = callback.Headers.GetValues("Set-Cookie")
            .Single(static cookie => cookie.StartsWith("__Host-zhice=", StringComparison.Ordinal));
        var done = await OpenAsync($"{callback.Headers.Location}");
        Assert.Contains($"url={page}\"", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return cookie;
    }

    public void Dispose() => _http.Dispose();
}
