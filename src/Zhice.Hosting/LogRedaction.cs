using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Compliance.Classification;
using Microsoft.Extensions.Compliance.Redaction;
using Microsoft.Extensions.DependencyInjection;

namespace Zhice.Hosting;

/// <summary>
/// Replaces ids of customers in what is logged by pseudonyms: HMAC-SHA256 with a key of this process, so that lines about one customer can
/// be put together, and nobody can be named by them.
/// </summary>
internal sealed partial class LogRedaction
{
    private static readonly DataClassificationSet Customers = new(new DataClassification("Zhice", "CustomerId"));

    private readonly Redactor _redactor;

    public LogRedaction()
    {
        var services = new ServiceCollection();
        services.AddRedaction(static redaction => redaction.SetHmacRedactor(
            static hmac => (hmac.KeyId, hmac.Key) = (1, Convert.ToBase64String(RandomNumberGenerator.GetBytes(64))), Customers));
        _redactor = services.BuildServiceProvider().GetRequiredService<IRedactorProvider>().GetRedactor(Customers);
    }

    /// <summary>The text without ids.</summary>
    /// <param name="text">A message, or an exception's text.</param>
    /// <param name="values">What the message was made of: a value called CustomerId is one.</param>
    public string Redact(string text, object? values)
    {
        if (values is IReadOnlyList<KeyValuePair<string, object?>> named)
        {
            foreach (var (name, value) in named)
            {
                if (name == "CustomerId" && value is string { Length: > 0 } id)
                {
                    text = text.Replace(id, Pseudonym(id), StringComparison.Ordinal);
                }
            }
        }

        return GrainKeys().Replace(text, match => $"{match.Groups[1].Value}/{Pseudonym(match.Groups[2].Value)}");
    }

    private string Pseudonym(string id) => _redactor.Redact(id);

    // As Orleans writes the ids of grains. An id with white space ends there: what follows it stays.
    [GeneratedRegex(@"\b(customer|erasure)/([^\s,;'""\])}#]+)")]
    private static partial Regex GrainKeys();
}
