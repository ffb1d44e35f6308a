using System.Diagnostics;
using System.Text.Json;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>oidc-provider, a program for Node: an identity provider that is not ours, and that changes its keys when it is told.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private OidcProvider(int port)
    {
        Address = $"http://127.0.0.1:{port}";
        _process = Process.Start(
            new ProcessStartInfo(
                "node",
                [Path.Combine(Repository.Root, "tests/System/node/identity.mjs"), $"{port}"]) { RedirectStandardOutput = true,
                RedirectStandardError = true })!;
    }

    public string Address { get; }

    public static async Task<OidcProvider> StartAsync()
    {
        var provider = new OidcProvider(ServiceProcess.FreePorts(1)[0]);
        while (await provider._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                _ = provider._process.StandardOutput.ReadToEndAsync();
                _ = provider._process.StandardError.ReadToEndAsync();
                return provider;
            }
        }

        throw new InvalidOperationException(await provider._process.StandardError.ReadToEndAsync());
    }

    /// <summary>A token of a person, whose roles stand after a colon.</summary>
    public async Task<string> AskAsync(string person)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, Address + "/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(person)}:secret")));
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return JsonDocument.Parse(body).RootElement.TryGetProperty("access_token", out var token)
            ? token.GetString()!
            : throw new InvalidOperationException(body);
    }

    /// <summary>It signs with a new key from now on.</summary>
    public async Task RotateAsync()
    {
        using var answer = await _http.PostAsync(new Uri(Address + "/rotate"), null);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
