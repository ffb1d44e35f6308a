using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Callers of the host's own process.</summary>
public sealed class AdmittedCallersTests
{
    [Fact]
    public async Task Each_is_known_by_its_header_alone_until_it_is_dismissed_however_many_there_are()
    {
        var options = new IdentityOptions();
        var authenticator = new Authenticator(
            options, new(options.SignIn, static _ => throw new InvalidOperationException(), TimeProvider.System), isDevelopment: false,
            TimeProvider.System, NullLogger<Authenticator>.Instance);
        string[] headers = [.. Enumerable.Range(0, 2_000).Select(n => authenticator.Admit(
            new($"own {n}", Roles.App, FrozenSet<string>.Empty, TimeProvider.System.GetUtcNow().AddMinutes(1))))];

        for (var n = 0; n < headers.Length; n++)
        {
            Assert.Equal($"own {n}", (await FindAsync(headers[n])).Caller?.Name);
        }

        Assert.Null((await FindAsync(headers[0][..^1])).Caller);
        authenticator.Dismiss(headers[0]);
        Assert.Null((await FindAsync(headers[0])).Caller);

        ValueTask<IdentityOutcome> FindAsync(string header)
        {
            var context = new DefaultHttpContext();
            context.Request.Headers.Authorization = header;
            return authenticator.FindAsync(context);
        }
    }
}
